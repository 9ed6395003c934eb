import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { DeviceKey, hubRig, ManualClock, memoryStore, temporaryFolder } from '../testing/hub-rig.ts';
import { ApiTokens } from './api-tokens.ts';
import { DeviceGate } from './device-gate.ts';
import { Enrollment } from './enrollment.ts';
import { RefusalLog } from './refusal-log.ts';

const HUB = 'hub-1';

async function openGate() {
  const store = await memoryStore();
  const clock = new ManualClock();
  const key = new DeviceKey('dev-1');
  await key.addTo(store);
  const check = async (password: string, deviceId = 'dev-1', username = deviceId) =>
    new DeviceGate(store, HUB, clock).check(deviceId, username, password);
  return { store, clock, key, check };
}

describe('DeviceGate', () => {
  it('admits a device with a fresh token of its own key', async () => {
    const { key, clock, check } = await openGate();
    expect(await check(await key.password(HUB, clock.nowMs()))).toEqual({ isAdmitted: true });
  });

  it('refuses a device that nobody enrolled', async () => {
    const { clock, check } = await openGate();
    const stranger = new DeviceKey('dev-2');
    const verdict = await check(await stranger.password(HUB, clock.nowMs()), 'dev-2');
    expect(verdict).toMatchObject({ isAdmitted: false, code: 'UNKNOWN_DEVICE' });
  });

  it('refuses tokens of another key, for another hub, of another device, and without a signature', async () => {
    const { key, clock, check } = await openGate();
    const wrong = [
      await new DeviceKey('dev-1').password(HUB, clock.nowMs()),
      await key.password('another-hub', clock.nowMs()),
      await key.password(HUB, clock.nowMs(), { sub: 'dev-3' }),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"dev-1"}').toString('base64url')}.`,
      'no token at all',
    ];
    for (const password of wrong) {
      expect(await check(password)).toMatchObject({ isAdmitted: false, code: 'BAD_CREDENTIALS' });
    }
  });

  it('refuses expired tokens, tokens from the future, and tokens that live too long', async () => {
    const { key, clock, check } = await openGate();
    const now = clock.nowMs();
    const expired = await key.password(HUB, now - 3_600_000);
    const future = await key.password(HUB, now + 3_600_000);
    const forEver = await key.password(HUB, now, { lifetimeSeconds: 601 });
    for (const password of [expired, forEver]) {
      expect(await check(password)).toMatchObject({ isAdmitted: false, code: 'BAD_CREDENTIALS' });
    }
    expect(await check(future)).toMatchObject({ isAdmitted: false });
  });

  it('refuses a revoked device, and a user name that is not the device', async () => {
    const { key, clock, store, check } = await openGate();
    const password = await key.password(HUB, clock.nowMs());
    expect(await check(password, 'dev-1', 'dev-9')).toMatchObject({ code: 'BAD_CREDENTIALS' });
    await store.devices.revoke('dev-1', clock.nowMs());
    expect(await check(password)).toMatchObject({ isAdmitted: false, code: 'DEVICE_REVOKED' });
  });
});

describe('Enrollment', () => {
  async function openEnrollment() {
    const { store, clock } = await hubRig();
    const enrollment = new Enrollment(store, clock);
    const request = (token: string, deviceId: string, key = new DeviceKey(deviceId)) => ({
      token,
      deviceId,
      publicKey: key.publicKey,
      profile: 'simulated',
      profileReason: 'test',
      agentVersion: '1',
    });
    return { store, clock, enrollment, request };
  }

  it('lets one device in with one token, and only one', async () => {
    const { store, enrollment, request } = await openEnrollment();
    const { token } = await enrollment.createToken({ labels: { site: 'a' } });
    await enrollment.enroll(request(token, 'dev-1'));
    expect(await store.devices.find('dev-1')).toMatchObject({ labels: { site: 'a' }, online: false });
    await expect(enrollment.enroll(request(token, 'dev-2'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await store.events.list({ kind: 'device.enrolled' })).length).toBe(1);
  });

  it('answers a repeat with the same key, because the first answer may have been lost', async () => {
    const { enrollment, request } = await openEnrollment();
    const { token } = await enrollment.createToken({});
    const key = new DeviceKey('dev-1');
    await enrollment.enroll(request(token, 'dev-1', key));
    await enrollment.enroll(request(token, 'dev-1', key));
    await expect(enrollment.enroll(request(token, 'dev-1'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses an expired token, one for another device, and a device id that is taken', async () => {
    const { clock, enrollment, request } = await openEnrollment();
    const first = await enrollment.createToken({ deviceId: 'dev-1' });
    await expect(enrollment.enroll(request(first.token, 'dev-2'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await enrollment.enroll(request(first.token, 'dev-1'));
    const second = await enrollment.createToken({ ttlSeconds: 60 });
    await expect(enrollment.enroll(request(second.token, 'dev-1'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    clock.advance(61_000);
    await expect(enrollment.enroll(request(second.token, 'dev-3'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses keys that are not Ed25519', async () => {
    const { enrollment, request } = await openEnrollment();
    const { token } = await enrollment.createToken({});
    const odd = { ...request(token, 'dev-1'), publicKey: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } };
    await expect(enrollment.enroll(odd)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('ApiTokens', () => {
  it('keeps a hash and never the token', async () => {
    const store = await memoryStore();
    const tokens = new ApiTokens(store, new ManualClock());
    const { token, record } = await tokens.create('ops', 'operator');
    expect(await tokens.authenticate(token)).toMatchObject({ id: record.id, role: 'operator' });
    expect(JSON.stringify(await store.tokens.listApiTokens())).not.toContain(token);
    await store.tokens.revokeApiToken(record.id, 1);
    await expect(tokens.authenticate(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(tokens.authenticate(undefined)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('makes the token file once, readable by its owner only, and finds it again', async () => {
    const store = await memoryStore();
    const tokens = new ApiTokens(store, new ManualClock());
    const path = join(temporaryFolder(), 'admin-token');
    const wanted = { name: 'administrator', role: 'admin', unlessAnother: true } as const;
    const first = await tokens.ensureFile(path, wanted);
    expect(first?.isNew).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await tokens.ensureFile(path, wanted)).toEqual({ token: first?.token, isNew: false });
  });

  it('takes up the file of a hub that was killed before it wrote the database', async () => {
    const tokens = new ApiTokens(await memoryStore(), new ManualClock());
    const path = join(temporaryFolder(), 'admin-token');
    const wanted = { name: 'administrator', role: 'admin', unlessAnother: true } as const;
    await tokens.ensureFile(path, wanted);
    const restarted = new ApiTokens(await memoryStore(), new ManualClock());
    const kept = readFileSync(path, 'utf8').trim();
    expect(await restarted.ensureFile(path, wanted)).toEqual({ token: kept, isNew: true });
    expect(await restarted.authenticate(kept)).toMatchObject({ role: 'admin' });
  });

  it('does not bring back a revoked administrator while another one is left', async () => {
    const store = await memoryStore();
    const tokens = new ApiTokens(store, new ManualClock());
    const path = join(temporaryFolder(), 'admin-token');
    const wanted = { name: 'administrator', role: 'admin', unlessAnother: true } as const;
    const first = await tokens.ensureFile(path, wanted);
    const other = await tokens.create('me', 'admin');
    const record = await tokens.authenticate(first?.token);
    await store.tokens.revokeApiToken(record.id, 1);
    expect(await tokens.ensureFile(path, wanted)).toBeUndefined();
    await store.tokens.revokeApiToken(other.record.id, 1);
    const renewed = await tokens.ensureFile(path, wanted);
    expect(renewed?.isNew).toBe(true);
    expect(renewed?.token).not.toBe(first?.token);
  });
});

describe('RefusalLog', () => {
  it('tells the first few of a kind, then one a minute with how many were left out', async () => {
    const store = await memoryStore();
    const clock = new ManualClock();
    const refusals = new RefusalLog(store, clock, silentLogger);
    const refusal = { deviceId: 'dev-1', code: 'BAD_CREDENTIALS', message: 'no' } as const;
    for (let i = 0; i < 100; i++) await refusals.record(refusal);
    await refusals.record({ ...refusal, code: 'FORBIDDEN_TOPIC' });
    expect((await store.events.list({})).length).toBe(6);
    clock.advance(60_000);
    await refusals.record(refusal);
    await refusals.record(refusal);
    const events = await store.events.list({});
    expect(events.length).toBe(7);
    expect(events.at(-1)).toMatchObject({
      kind: 'device.refused',
      code: 'BAD_CREDENTIALS',
      detail: { suppressed: 95 },
    });
  });

  it('stays bounded when names are made up', async () => {
    const store = await memoryStore();
    const refusals = new RefusalLog(store, new ManualClock(), silentLogger);
    for (let i = 0; i < 5_000; i++) {
      await refusals.record({ deviceId: `made-up-${i}`, code: 'UNKNOWN_DEVICE', message: 'no' });
    }
    expect((await store.events.list({ limit: 10_000 })).length).toBeLessThan(4_200);
  });
});
