import { createPublicKey } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { profileNames } from '@edgeloop/firmware-profiles';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { parseConfig } from './config.ts';
import { deviceIdFromHost, enroll } from './enroll.ts';
import { loadIdentity, requireIdentity } from './identity.ts';
import { chooseProfile } from './profile.ts';

const ANSWER = {
  ...{ deviceId: 'device-1', hubId: 'hub-1', mqttUrl: 'mqtt://hub:1883' },
  hubKeys: [{ keyId: 'k', publicKeyPem: 'PEM' }],
};

async function makeEnrollment(answer: () => Response | Promise<Response>) {
  const folder = join(await temporaryFolder(onTestFinished), 'data');
  const requests: { url: string; body: Record<string, unknown> }[] = [];
  const send = (async (url: string, init: { body: string }) => {
    requests.push({ url, body: JSON.parse(init.body) as Record<string, unknown> });
    return answer();
  }) as unknown as typeof fetch;
  const request = {
    ...{ folder, hubUrl: 'http://hub:8080/', token: 't0ken', deviceId: 'device-1' },
    ...{ profile: 'simulated', profileReason: 'told' },
  };
  return { folder, requests, request, run: () => enroll(request, send) };
}

describe('enrolling', () => {
  it('makes the key on the device, sends only its public half, and keeps the file to its owner', async () => {
    const { folder, requests, run } = await makeEnrollment(() => Response.json(ANSWER, { status: 201 }));
    const identity = await run();
    expect(requests[0]!.url).toBe('http://hub:8080/api/v1/enroll');
    const x = createPublicKey(identity.privateKeyPem).export({ format: 'jwk' }).x;
    expect(requests[0]!.body).toMatchObject({
      ...{ token: 't0ken', deviceId: 'device-1', profile: 'simulated', profileReason: 'told', agentVersion: '0.1.0' },
      publicKey: { kty: 'OKP', crv: 'Ed25519', x },
    });
    expect(JSON.stringify(requests[0]!.body)).not.toContain('PRIVATE');
    expect((await stat(join(folder, 'identity.json'))).mode & 0o777).toBe(0o600);
    expect(await requireIdentity(folder)).toEqual(identity);
  });

  it('tells the words and the code of a hub that refuses', async () => {
    const problem = { title: 'Forbidden', status: 403, detail: 'the token was used before', code: 'TOKEN_USED' };
    const { run } = await makeEnrollment(() => Response.json(problem, { status: 403 }));
    await expect(run()).rejects.toMatchObject({
      code: 'ENROLL_REFUSED',
      message: 'the hub refused: the token was used before (TOKEN_USED)',
    });
  });

  it('tells a refusal without words, and an answer of somebody else', async () => {
    const blank = await makeEnrollment(() => new Response('<html>', { status: 502 }));
    await expect(blank.run()).rejects.toMatchObject({
      code: 'ENROLL_REFUSED',
      message: expect.stringContaining('502'),
    });
    const other = await makeEnrollment(() => Response.json({ hello: 'world' }));
    await expect(other.run()).rejects.toMatchObject({ code: 'ENROLL_REFUSED' });
  });

  it('tells that the hub cannot be reached, and uses the same key the next time', async () => {
    let isReachable = false;
    const { folder, requests, run } = await makeEnrollment(() => {
      if (!isReachable) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
      return Response.json(ANSWER, { status: 201 });
    });
    await expect(run()).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    await expect(requireIdentity(folder)).rejects.toMatchObject({ code: 'NOT_ENROLLED' });
    isReachable = true;
    await run();
    expect(requests[1]!.body['publicKey']).toEqual(requests[0]!.body['publicKey']);
  });

  it('refuses a second enrolment and a device id that cannot be a topic', async () => {
    const { run, request } = await makeEnrollment(() => Response.json(ANSWER, { status: 201 }));
    await expect(enroll({ ...request, deviceId: 'Kitchen/1' })).rejects.toMatchObject({ code: 'USAGE' });
    await run();
    await expect(run()).rejects.toMatchObject({ code: 'ALREADY_ENROLLED' });
  });

  it('makes a device id of any host name', () => {
    expect(deviceIdFromHost('Kitchen PC.local')).toBe('kitchen-pc.local');
    expect(deviceIdFromHost('---')).toBe('device');
    expect(deviceIdFromHost(hostname())).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
  });
});

describe('the identity', () => {
  it('is absent before enrolling and refused when damaged', async () => {
    const folder = await temporaryFolder(onTestFinished);
    expect(await loadIdentity(folder)).toBeUndefined();
    for (const text of ['{oops', '{}', '[]', '{"deviceId":"x"}']) {
      await writeFile(join(folder, 'identity.json'), text);
      await expect(loadIdentity(folder)).rejects.toMatchObject({ code: 'IDENTITY_DAMAGED' });
    }
  });

  it('becomes private again when an old temporary file was readable by all', async () => {
    const { folder, run } = await makeEnrollment(() => Response.json(ANSWER, { status: 201 }));
    await run();
    const temporary = join(folder, 'identity.json.new');
    await writeFile(temporary, await readFile(join(folder, 'identity.json')));
    await chmod(temporary, 0o644);
    await writeFile(join(folder, 'identity.json'), JSON.stringify({ ...(await requireIdentity(folder)), hubId: '' }));
    await run();
    expect((await stat(join(folder, 'identity.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('the profile', () => {
  const facts = {
    architecture: 'x64',
    cpuModel: '',
    cpuFlags: ['avx2'],
    deviceTreeModel: '',
    cores: 4,
    memoryBytes: 8e9,
  };

  it('is detected, unless told when enrolling, unless told in the configuration', () => {
    const name = (told?: string, enrolled?: string) => chooseProfile(told, enrolled, facts).profile.name;
    expect(name()).toBe('x86-gateway');
    expect(name(undefined, 'raspberry-pi-4')).toBe('raspberry-pi-4');
    expect(name('simulated', 'raspberry-pi-4')).toBe('simulated');
  });

  it('says why', () => {
    expect(chooseProfile(undefined, undefined, facts).reason).toContain('avx2');
    expect(chooseProfile('simulated', undefined, facts).reason).toContain('configuration');
  });

  it('must exist', () => {
    expect(profileNames()).not.toContain('toaster');
    expect(() => chooseProfile('toaster', undefined, facts)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        cause: expect.objectContaining({ message: expect.stringContaining('simulated') }),
      }),
    );
  });
});

describe('the configuration file', () => {
  it('is read with its defaults', async () => {
    const text = 'profile: simulated\nslots:\n  default:\n    sources:\n      - { kind: http, port: 8000 }\n';
    expect(await parseConfig(text, 'x.yaml')).toEqual({
      profile: 'simulated',
      slots: { default: { sources: [{ kind: 'http', port: 8000 }], sinks: [] } },
    });
    expect(await parseConfig('', 'x.yaml')).toEqual({ slots: {} });
  });

  const faults: readonly (readonly [string, string])[] = [
    ['slots: [', 'expected YAML'],
    ['slot: {}', 'slot'],
    ['slots: { default: { sources: [{ kind: serial }] } }', 'slots.default.sources.0.kind'],
    ['slots: { default: { sources: [{ kind: http, port: 99999 }] } }', 'slots.default.sources.0.port'],
    ['slots: { default: { sources: [{ kind: csv-replay, path: x, rowsPerSecond: 0 }] } }', 'rowsPerSecond'],
    [
      'slots: { default: { sources: [{ kind: csv-replay, path: x, rowsPerSecond: 1, shard: { index: 3, count: 3 } }] } }',
      'shard',
    ],
    ['slots: { "a/b": {} }', 'a/b'],
    ['slots: { default: { sources: [{ kind: mqtt, url: x, topic: y, window: { stride: 0 } }] } }', 'window.stride'],
    ['slots: { default: { sources: [{ kind: image-folder, path: x, after: burn }] } }', 'sources.0.after'],
    [
      'slots: { default: { sources: [{ kind: image-folder, path: x, labelFromFolder: true, after: { moveTo: x/done } }] } }',
      'after.moveTo',
    ],
    ['slots: { default: { sources: [{ kind: text-lines, path: x, follow: maybe }] } }', 'sources.0.follow'],
    [
      'slots: { a: { sources: [{ kind: text-lines, path: "-" }] }, b: { sources: [{ kind: text-lines, path: "-" }] } }',
      'standard input',
    ],
    ['telemetry: { windowMs: 1 }', 'telemetry.windowMs'],
  ];
  for (const [text, place] of faults) {
    it(`is refused with the place of the fault: ${place}`, async () => {
      const error = await parseConfig(text, 'x.yaml').catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('x.yaml') });
      expect(String(error)).toContain(place);
    });
  }
});
