import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestHub, waitFor } from './test-rig/agent-process.ts';
import { counted, hurry, ROWS, replayAgent, runs } from './test-rig/replay-agent.ts';
import { makeTestRelease } from './test-rig/test-release.ts';

describe('an agent', () => {
  it('runs a signed release, counts every reading once, and goes over to the next version', async () => {
    const hub = await startTestHub(onTestFinished);
    const agent = await replayAgent(hub, { rowsPerSecond: 20 }, onTestFinished);
    const [first, second] = await Promise.all([1, 2].map((version) => makeTestRelease({ version, key: hub.key })));
    hub.offer(first!);
    hub.offer(second!);
    await hub.desire(agent.deviceId, first);
    agent.start();
    await waitFor(() => runs(hub, 1));
    expect(hub.births).toMatchObject([{ deviceId: 'device-1', profile: 'simulated' }]);
    await hub.desire(agent.deviceId, second);
    const slot = await waitFor(() => runs(hub, 2));
    expect(slot.previous).toMatchObject({ version: 1 });
    expect(slot.selfTest).toMatchObject({ passed: true, rows: 4 });
    await waitFor(() => hub.windows().some((window) => window.version === 2));
    await hurry(agent);
    await waitFor(() => counted(hub) === ROWS);
    expect(await agent.stop()).toBe('0');
    const versions = new Set(hub.windows().map((window) => window.version));
    expect(versions).toEqual(new Set([1, 2]));
    expect(hub.windows().reduce((sum, window) => sum + window.correct, 0)).toBe(ROWS);
    expect(hub.deaths.at(-1)).toMatchObject({ reason: 'stopped' });
  }, 90_000);
});
