import { Birth, type MessageInput, ReportedState, type VariantTest } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { openFleet } from '../testing/fleet-rig.ts';
import { START_MS } from '../testing/hub-rig.ts';
import { Presence } from './presence.ts';

const SELF_TEST = { rows: 32, tolerance: 0.05, p50Ms: 0.4, p95Ms: 0.9, rssBytes: 90e6 };
const PASSED: MessageInput<VariantTest> = {
  ...{ model: 'pump', version: 1, variant: 'float32', atMs: 20 },
  selfTest: { ...SELF_TEST, passed: true, largestDeviation: 1e-6 },
};
const REFUSED: MessageInput<VariantTest> = {
  ...{ model: 'pump', version: 1, variant: 'int8-static', atMs: 10 },
  selfTest: { ...SELF_TEST, passed: false, largestDeviation: Number.POSITIVE_INFINITY },
  problem: { code: 'SELF_TEST_FAILED', message: 'output p at [3, 1]: expected 0.5 within 0.05, got NaN', atMs: 10 },
};
const CAPABILITIES = { architecture: 'x64', machine: 'Core i5-6200U', cpuFlags: ['sse2', 'avx2', 'fma'] };

async function openHub() {
  const fleet = await openFleet();
  const { store, clock, refuse, version } = fleet;
  const [float] = version.variants;
  // The version as the ladder makes it: a small variant before float32.
  const variants = [{ ...float!, name: 'int8-static', format: 'int8-static' }, float!];
  await store.models.addVersion({ ...version, version: 2, variants });
  const presence = new Presence({ store, clock, log: silentLogger, refuse, onReport: () => undefined });
  const described = { agentVersion: '2', profile: 'x86-gateway', profileReason: 'told', sentMs: 1 };
  await presence.birth(
    'dev-1',
    Birth.encode({ deviceId: 'dev-1', bootId: 'b', ...described, capabilities: CAPABILITIES }),
  );
  const reportSlots = async (...testsOfSlots: MessageInput<VariantTest>[][]): Promise<void> => {
    const slots = testsOfSlots.map((tests, at) => {
      const variantTests = tests.map((test) => ({ ...test, version: 2 }));
      return { slot: `slot-${at}`, phase: 'running', variantTests };
    });
    await presence.report('dev-1', ReportedState.encode({ bootId: 'b', desiredGeneration: 1, slots }));
  };
  const report = (...tests: MessageInput<VariantTest>[]): Promise<void> => reportSlots(tests);
  const told = () => store.events.list({ kind: 'device.variant-refused' });
  return { ...fleet, presence, report, reportSlots, told, tests: () => store.variantTests.ofVersion('pump', 2) };
}

describe('tests of variants that a device reports', () => {
  it('are kept with what the device is, an infinite deviation as none', async () => {
    const { report, tests } = await openHub();
    await report(REFUSED, PASSED);
    const hardware = { profile: 'x86-gateway', architecture: 'x64', machine: 'Core i5-6200U', cpuFlags: ['avx2'] };
    const common = { deviceId: 'dev-1', model: 'pump', version: 2, receivedMs: START_MS, hardware };
    expect(await tests()).toEqual([
      {
        ...common,
        ...{ ...SELF_TEST, variant: 'int8-static', passed: false, largestDeviation: null, atMs: 10 },
        problem: { code: 'SELF_TEST_FAILED', message: REFUSED.problem!.message },
      },
      { ...common, ...SELF_TEST, variant: 'float32', passed: true, largestDeviation: 1e-6, atMs: 20, problem: null },
    ]);
  });

  it('are told of once, though every report repeats them', async () => {
    const { report, told } = await openHub();
    for (let i = 0; i < 3; i++) await report(REFUSED, PASSED);
    expect(await told()).toMatchObject([
      {
        ...{ level: 'warning', deviceId: 'dev-1', model: 'pump', code: 'SELF_TEST_FAILED' },
        message: expect.stringMatching(/^dev-1 refused int8-static of pump@2: output p at /),
        detail: { variant: 'int8-static', cpuFlags: ['avx2'] },
      },
    ]);
  });

  it('that are made again and fail again are kept and not told of again', async () => {
    const { report, told, tests } = await openHub();
    for (let atMs = 10; atMs < 15; atMs++) await report({ ...REFUSED, atMs });
    expect(await tests()).toMatchObject([{ atMs: 14 }]);
    expect(await told()).toHaveLength(1);
    await report({ ...PASSED, variant: 'int8-static' });
    await report({ ...REFUSED, atMs: 30 });
    expect(await told()).toHaveLength(2);
  });

  it('of the same variant in two slots count by their time, whichever slot comes first', async () => {
    const { reportSlots, tests } = await openHub();
    const old = { ...PASSED, atMs: 5 };
    await reportSlots([PASSED], [old]);
    expect(await tests()).toMatchObject([{ variant: 'float32', atMs: 20 }]);
    await reportSlots([PASSED], [{ ...old, atMs: 6 }]);
    expect(await tests()).toMatchObject([{ atMs: 20 }]);
    await reportSlots([PASSED], [{ ...old, atMs: 21 }]);
    expect(await tests()).toMatchObject([{ atMs: 21 }]);
  });

  it('replace the last test of the same variant, and stay when the device no longer reports them', async () => {
    const { report, tests, told } = await openHub();
    await report(REFUSED, PASSED);
    const broken = {
      ...PASSED,
      selfTest: undefined,
      problem: { code: 'RUNNER_CRASHED', message: 'SIGKILL', atMs: 30 },
    };
    await report({ ...broken, atMs: 30 });
    expect(await tests()).toMatchObject([
      { variant: 'int8-static', atMs: 10 },
      {
        variant: 'float32',
        atMs: 30,
        passed: false,
        tolerance: null,
        p50Ms: null,
        problem: { code: 'RUNNER_CRASHED' },
      },
    ]);
    expect(await told()).toHaveLength(2);
  });

  it('of variants that no version has are dropped', async () => {
    const { report, tests, store, refused } = await openHub();
    await report({ ...PASSED, variant: 'int3-secret' }, { ...PASSED, model: 'unknown' }, PASSED);
    expect((await tests()).map(({ variant }) => variant)).toEqual(['float32']);
    expect(await store.variantTests.ofVersion('unknown', 2)).toEqual([]);
    expect(refused).toEqual([]);
  });

  it('are new to a hub whose last report is from before it knew of them', async () => {
    const { report, presence, store, tests } = await openHub();
    await report();
    const before = (await store.devices.find('dev-1'))?.reported;
    const old = before?.slots.map(({ variantTests: _, ...slot }) => slot);
    await store.devices.recordReport('dev-1', { ...before!, slots: old } as never, START_MS);
    await report(PASSED);
    expect(await tests()).toHaveLength(1);
    await presence.stop();
  });

  it('without a reason, and failed ones without a problem, are refusals all the same', async () => {
    const { report, tests } = await openHub();
    await report(
      { ...PASSED, selfTest: { ...PASSED.selfTest, passed: false } },
      { ...REFUSED, selfTest: undefined, problem: undefined },
    );
    expect((await tests()).map(({ passed, problem }) => [passed, problem?.message])).toEqual([
      [false, 'the device gave no reason'],
      [false, 'the device gave no reason'],
    ]);
  });
});
