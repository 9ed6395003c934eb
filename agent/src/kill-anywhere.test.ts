import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FAULT_POINTS, type FaultPoint } from './fault-point.ts';
import { type AgentProcess, startTestHub, waitFor } from './test-rig/agent-process.ts';
import { counted, hurry, ROWS, replayAgent, runs, slotOf } from './test-rig/replay-agent.ts';
import { leftOrRight, makeTestRelease } from './test-rig/test-release.ts';

const isRunners = (point: FaultPoint): boolean => point.startsWith('runner.');
const isWayBack = (point: FaultPoint): boolean => point.startsWith('rollback.');
/** Points that only an update from an old version to a new one passes, or that a kill just before skips. */
const SECOND: readonly FaultPoint[] = ['switch.old-handed-over', 'switch.after', 'cleanup.after-one'];
/** Passed only when the hub is away for long. */
const MERGE: FaultPoint = 'outbox.after-merge';

/** Processes whose parent is `pid`. */
function children(pid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((child) => parentOf(child) === pid).map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch {
    // It ended while we were looking.
    return undefined;
  }
}

async function killedAt(agent: AgentProcess, point: FaultPoint): Promise<void> {
  agent.log = '';
  agent.start(point);
  const late = setTimeout(() => process.kill(agent.pid!, 'SIGABRT'), 40_000);
  expect(await agent.ended, `${point}\n${agent.log.slice(-3_000)}`).toBe('SIGKILL');
  clearTimeout(late);
}

describe('a supervisor that is killed', () => {
  const points = FAULT_POINTS.filter(
    (point) => !isRunners(point) && !isWayBack(point) && !SECOND.includes(point) && point !== MERGE,
  );

  it('at every point of an update in turn ends with the right model and counts every reading once', async () => {
    const hub = await startTestHub(onTestFinished);
    const agent = await replayAgent(hub, { rowsPerSecond: 10 }, onTestFinished);
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map((version) => makeTestRelease({ version, key: hub.key })),
    );
    for (const release of [first!, second!, third!]) hub.offer(release);
    await hub.desire(agent.deviceId, first);
    for (const point of points) await killedAt(agent, point);
    await hub.desire(agent.deviceId, second);
    await killedAt(agent, 'switch.old-handed-over');
    await killedAt(agent, 'switch.after');
    // The first version's files go once the second is followed by a third.
    agent.start();
    await waitFor(() => runs(hub, 2));
    await agent.kill();
    await hub.desire(agent.deviceId, third);
    await killedAt(agent, 'cleanup.after-one');
    agent.start();
    const slot = await waitFor(() => runs(hub, 3));
    expect(Buffer.from(slot.running!.modelDigest).toString('hex')).toBe(third!.modelDigests[0]);
    await hurry(agent);
    await waitFor(() => counted(hub) >= ROWS);
    expect(await agent.stop()).toBe('0');
    expect(counted(hub)).toBe(ROWS);
  }, 300_000);
});

describe('a model that fails in its trial', () => {
  const points = FAULT_POINTS.filter(isWayBack);

  it('is taken back, locked away and reported, though the supervisor is killed at every point of the way', async () => {
    const hub = await startTestHub(onTestFinished);
    const agent = await replayAgent(hub, { rowsPerSecond: 50, trial: { seconds: 1, failures: 1 } }, onTestFinished);
    const [first, second] = await Promise.all([1, 2].map((version) => makeTestRelease({ version, key: hub.key })));
    hub.offer(first!);
    hub.offer(second!);
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    await waitFor(() => agent.log.includes('"event":"trial-passed"'));
    await agent.kill();
    // From here on the trial is long: version 2 must not pass it before it is killed.
    await agent.configure({ trial: { seconds: 600, failures: 1 } });
    await hub.desire(agent.deviceId, second);
    agent.start(points[0]);
    await waitFor(() => runs(hub, 2));
    await waitFor(() => children(agent.pid!).length === 1);
    process.kill(children(agent.pid!)[0]!, 'SIGKILL');
    expect(await agent.ended).toBe('SIGKILL');
    for (const point of points.slice(1)) await killedAt(agent, point);
    hub.states.length = 0;
    agent.start();
    const slot = await waitFor(() => (slotOf(hub)?.running ? slotOf(hub) : undefined));
    expect(slot).toMatchObject({
      phase: 'refused',
      running: { version: 1 },
      wantedVersion: 2,
      problem: { code: 'RUNNER_CRASHED' },
    });
    expect(await agent.stop()).toBe('0');
  }, 180_000);
});

describe('a runner that is killed', () => {
  for (const point of [
    'runner.before-load',
    'runner.after-load',
    'runner.after-start',
    'runner.before-window',
  ] as const) {
    it(`at ${point} by the new version leaves the old version serving`, async () => {
      const hub = await startTestHub(onTestFinished);
      const agent = await replayAgent(hub, { rowsPerSecond: 20, trial: { seconds: 600, failures: 2 } }, onTestFinished);
      const [first, second] = await Promise.all([1, 2].map((version) => makeTestRelease({ version, key: hub.key })));
      hub.offer(first!);
      hub.offer(second!);
      await hub.desire(agent.deviceId, first);
      agent.start(`${point}@2`);
      await waitFor(() => runs(hub, 1));
      await hub.desire(agent.deviceId, second);
      const slot = await waitFor(() =>
        slotOf(hub)?.phase === 'refused' && slotOf(hub)?.running ? slotOf(hub) : undefined,
      );
      expect(slot).toMatchObject({ running: { version: 1 }, wantedVersion: 2, problem: { code: 'RUNNER_CRASHED' } });
      await hurry(agent);
      await waitFor(() => counted(hub) >= ROWS);
      await agent.stop();
      expect(counted(hub)).toBe(ROWS);
      expect(new Set(hub.windows().map((window) => window.version))).toEqual(new Set([1]));
    }, 120_000);
  }

  it('at runner.after-window by the new version costs no reading', async () => {
    const hub = await startTestHub(onTestFinished);
    const agent = await replayAgent(hub, { rowsPerSecond: 20, trial: { seconds: 600, failures: 2 } }, onTestFinished);
    const [first, second] = await Promise.all([1, 2].map((version) => makeTestRelease({ version, key: hub.key })));
    hub.offer(first!);
    hub.offer(second!);
    await hub.desire(agent.deviceId, first);
    agent.start('runner.after-window@2');
    await waitFor(() => runs(hub, 1));
    await hub.desire(agent.deviceId, second);
    await waitFor(() => slotOf(hub)?.phase === 'refused');
    await hurry(agent);
    await waitFor(() => counted(hub) >= ROWS);
    await agent.stop();
    expect(counted(hub)).toBe(ROWS);
  }, 120_000);

  it('while handing over costs no reading', async () => {
    for (const point of ['runner.before-hand-over', 'runner.after-hand-over']) {
      const hub = await startTestHub(onTestFinished);
      const agent = await replayAgent(hub, { rowsPerSecond: 20 }, onTestFinished);
      const [first, second] = await Promise.all([1, 2].map((version) => makeTestRelease({ version, key: hub.key })));
      hub.offer(first!);
      hub.offer(second!);
      await hub.desire(agent.deviceId, first);
      agent.start(`${point}@1`);
      await waitFor(() => runs(hub, 1));
      await hub.desire(agent.deviceId, second);
      await waitFor(() => runs(hub, 2));
      await hurry(agent);
      await waitFor(() => counted(hub) >= ROWS);
      await agent.kill();
      expect(counted(hub), point).toBe(ROWS);
    }
  }, 120_000);

  it('in its self-test every time is refused', async () => {
    const hub = await startTestHub(onTestFinished);
    const agent = await replayAgent(hub, { rowsPerSecond: 10 }, onTestFinished);
    const release = await makeTestRelease({
      version: 1,
      key: hub.key,
      variants: [{ name: 'float32', model: leftOrRight() }],
    });
    hub.offer(release);
    await hub.desire(agent.deviceId, release);
    agent.start('runner.in-self-test');
    const slot = await waitFor(() => (slotOf(hub)?.phase === 'refused' ? slotOf(hub) : undefined));
    expect(slot).toMatchObject({ problem: { code: 'SELF_TEST_FAILED' } });
    expect(slot.running).toBeUndefined();
    await agent.stop();
  }, 120_000);
});
