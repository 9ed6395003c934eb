import { Command, type VariantTest } from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readStatus } from './cli/status-command.ts';
import { type AgentProcess, startTestHub, waitFor } from './test-rig/agent-process.ts';
import { replayAgent, runs, slotOf } from './test-rig/replay-agent.ts';
import type { TestHub } from './test-rig/test-hub.ts';
import { leftOrRight, makeTestRelease, type TestVariant } from './test-rig/test-release.ts';

const NO_MODEL = new Uint8Array(500).fill(7);
const FLOAT: TestVariant = { name: 'float32', model: leftOrRight(2) };
/** As if this processor computed something else than the one on which the golden vectors were made. */
const DEVIATING: TestVariant = {
  name: 'int8-static-7bit',
  model: leftOrRight(3),
  goldenError: 0.125,
  overrides: { format: 'int8-static', profiles: ['simulated'] },
};
const UNLOADABLE: TestVariant = { name: 'int8-dynamic', model: leftOrRight(4), modelBytes: NO_MODEL };
const FOR_OTHERS: TestVariant = {
  name: 'int8-static',
  model: leftOrRight(5),
  overrides: { format: 'int8-static', profiles: ['x86-vnni'] },
};

async function offered(variants: readonly TestVariant[]): Promise<{ hub: TestHub; agent: AgentProcess }> {
  const hub = await startTestHub(onTestFinished);
  const agent = await replayAgent(hub, { rowsPerSecond: 20 }, onTestFinished);
  const release = await makeTestRelease({ version: 1, key: hub.key, variants });
  hub.offer(release);
  await hub.desire(agent.deviceId, release);
  return { hub, agent };
}

const testsOf = (hub: TestHub): readonly VariantTest[] => slotOf(hub)?.variantTests ?? [];
const shortOf = ({ variant, selfTest, problem }: VariantTest) => [variant, selfTest?.passed, problem?.code];

describe('a device on which forms of a model fail', () => {
  it('goes on along the list to the one that serves, and reports every test', async () => {
    const { hub, agent } = await offered([FOR_OTHERS, DEVIATING, UNLOADABLE, FLOAT]);
    agent.start();
    const slot = await waitFor(() => runs(hub, 1));
    expect(slot.running?.variant).toBe('float32');
    expect(slot.problem).toBeUndefined();
    expect(slot.variantTests.map(shortOf)).toEqual([
      ['int8-static-7bit', false, 'SELF_TEST_FAILED'],
      ['int8-dynamic', undefined, 'LOAD_FAILED'],
      ['float32', true, undefined],
    ]);
    const [deviating, , float] = slot.variantTests;
    // The error was added to float32 probabilities.
    expect(deviating?.selfTest?.largestDeviation).toBeCloseTo(0.125, 6);
    expect(deviating).toMatchObject({ model: 'tiny', version: 1, atMs: expect.any(Number) });
    expect(deviating?.problem?.message).toMatch(/^output p at \[\d, \d\]: expected .* within 0.00001, got /);
    expect(float?.selfTest?.rssBytes).toBeGreaterThan(1e6);
    expect(hub.births[0]?.capabilities?.cpuFlags.length).toBeGreaterThan(0);

    await agent.kill();
    hub.states.length = 0;
    agent.start();
    await waitFor(() => runs(hub, 1));
    expect(testsOf(hub)).toEqual(slot.variantTests);
    const status = await readStatus(agent.data);
    expect(status.slots[0]?.refusedVariants?.map(({ variant }) => variant)).toEqual([
      'int8-static-7bit',
      'int8-dynamic',
    ]);
    await hub.publishCommand(agent.deviceId, Command.encode({ id: '1', kind: 'self-test', slot: 'default' }));
    const retested = await waitFor(() => testsOf(hub).find(({ atMs }) => atMs > (float?.atMs ?? 0)));
    expect(retested).toMatchObject({ variant: 'float32', selfTest: { passed: true } });
    expect(await agent.stop()).toBe('0');
  }, 90_000);

  it('knows after a kill right behind a failed test that it need not be tried again', async () => {
    const { hub, agent } = await offered([DEVIATING, FLOAT]);
    agent.start('update.after-transition@self-test-next');
    expect(await agent.ended).toBe('SIGKILL');
    agent.log = '';
    agent.start();
    await waitFor(() => runs(hub, 1));
    expect(testsOf(hub).map(({ variant }) => variant)).toEqual(['int8-static-7bit', 'float32']);
    expect(agent.log).not.toContain('self-test failed');
    await agent.stop();
  }, 90_000);

  it('counts a test that takes the whole agent down every time as failed, and serves the next form', async () => {
    const { hub, agent } = await offered([{ name: 'int8-static', model: leftOrRight(3) }, FLOAT]);
    for (let start = 0; start < 6; start++) {
      agent.start('self-test.before');
      expect(await agent.ended).toBe('SIGKILL');
    }
    agent.start();
    const slot = await waitFor(() => runs(hub, 1));
    expect(slot.variantTests.map(shortOf)).toEqual([
      ['int8-static', undefined, 'RUNNER_CRASHED'],
      ['float32', true, undefined],
    ]);
    await agent.stop();
  }, 120_000);

  it('reports a test process that ends by itself', async () => {
    const { hub, agent } = await offered([FLOAT]);
    agent.start('runner.in-self-test');
    await waitFor(() => slotOf(hub)?.phase === 'refused');
    expect(testsOf(hub).map(shortOf)).toEqual([['float32', undefined, 'RUNNER_CRASHED']]);
    await agent.stop();
  }, 90_000);
});
