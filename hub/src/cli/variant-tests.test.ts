import { describe, expect, it } from 'vitest';
import type { VariantTestRecord } from '../store/variant-test-store.ts';
import { openCommandLine } from '../testing/command-line.ts';
import { addVersion, DeviceKey, START_MS } from '../testing/hub-rig.ts';

const HARDWARE = {
  profile: 'x86-gateway',
  architecture: 'x64',
  machine: 'Core i5-6200U',
  cpuFlags: ['sse4_1', 'avx2'],
};
const TEST: VariantTestRecord = {
  ...{ deviceId: 'gate-1', model: 'pump', version: 1, variant: 'float32', passed: true, largestDeviation: 2e-7 },
  ...{ tolerance: 1e-3, rows: 32, p50Ms: 0.1234, p95Ms: 0.5, rssBytes: 90 * 1024 ** 2, problem: null },
  ...{ atMs: 10, receivedMs: 20, hardware: HARDWARE },
};
const REFUSED: VariantTestRecord = {
  ...TEST,
  ...{ variant: 'int8-static', passed: false, largestDeviation: 0.31, tolerance: 0.05 },
  problem: { code: 'SELF_TEST_FAILED', message: 'output p at [0, 1]: expected 0.2 within 0.05, got 0.51' },
};

async function openHub(...tests: VariantTestRecord[]) {
  const line = await openCommandLine();
  await addVersion(line);
  for (const test of tests) await line.store.variantTests.save(test);
  return line;
}

describe('edgeloop models tests', () => {
  it('shows how each variant does on each profile, and which hardware refused which', async () => {
    const { run } = await openHub(REFUSED, TEST);
    const { out, code } = await run('models', 'tests', 'pump@1');
    expect(code).toBe(0);
    expect(out).toMatch(/^PROFILE +VARIANT +PASSED +REFUSED +DEVIATION +ALLOWED +MEDIAN MS +P95 MS +MEMORY\n/);
    expect(out).toMatch(/\nx86-gateway +int8-static +0 +1 +3\.1e-1 +5\.0e-2 +0\.123 +0\.500 +90\.0 MiB\n/);
    expect(out).toMatch(/\nx86-gateway +float32 +1 +0 +2\.0e-7 /);
    expect(out).toContain(
      'refused by\n  int8-static on x86-gateway (Core i5-6200U, x64, sse4_1 avx2): gate-1\n' +
        '    output p at [0, 1]: expected 0.2 within 0.05, got 0.51 [SELF_TEST_FAILED]\n',
    );
  });

  it('answers with all of it as JSON, and names many devices in short', async () => {
    const tests = Array.from({ length: 7 }, (_, at) => ({ ...REFUSED, deviceId: `gate-${at}`, receivedMs: at }));
    const { run, ask } = await openHub(...tests);
    expect((await run('models', 'tests', 'pump@1')).out).toContain(
      'gate-0, gate-1, gate-2, gate-3, gate-4 and 2 more\n',
    );
    const answer = JSON.parse((await run('models', 'tests', 'pump@1', '--json')).out);
    expect(answer.refusals).toMatchObject([{ machine: 'Core i5-6200U', devices: { length: 7 } }]);
    const newest = await (await ask('GET', '/models/pump/versions/1/tests?limit=1', { as: 'viewer' })).json();
    expect(newest).toMatchObject({ tests: [{ deviceId: 'gate-6' }], summary: [{ refused: 7 }] });
  });

  it('says so when no device has tested the version, and when there is no such version', async () => {
    const { run } = await openHub();
    expect((await run('models', 'tests', 'pump@1')).out).toContain('no device has tested this version yet');
    expect(await run('models', 'tests', 'pump@9')).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOT_FOUND'),
    });
  });
});

describe('edgeloop devices show', () => {
  it('tells which variants the device refused and why, also of agents that report no tests', async () => {
    const { run, store } = await openHub();
    await new DeviceKey('gate-1').addTo(store);
    const state = { protocolVersion: 1, bootId: 'b', sentMs: 1, desiredGeneration: 0, problems: [] };
    const slot = {
      slot: 'default',
      phase: 'running',
      wantedModel: '',
      wantedVersion: 0,
      downloadedBytes: 0,
      downloadBytes: 0,
    };
    const { atMs, ...test } = REFUSED;
    const variantTests = [{ ...test, atMs, selfTest: undefined, problem: { ...REFUSED.problem!, atMs } }];
    await store.devices.recordReport('gate-1', { ...state, slots: [{ ...slot, variantTests }] }, START_MS);
    expect((await run('devices', 'show', 'gate-1')).out).toMatch(
      /\nrefused variants +int8-static of pump@1: output p at /,
    );
    await store.devices.recordReport('gate-1', { ...state, slots: [slot as never] }, START_MS);
    expect((await run('devices', 'show', 'gate-1')).out).toMatch(/\nrefused variants +none\n/);
  });
});
