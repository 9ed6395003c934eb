import { describe, expect, it } from 'vitest';
import type { AgentProgram } from '../rig/agent-program.ts';
import { processTree } from '../rig/process-memory.ts';
import { waitFor } from '../rig/wait-for.ts';
import { type SmallLoop, startSmallLoop } from './small-loop.ts';
import { ledgerFaults, windowLedger } from './window-ledger.ts';

interface DeviceView {
  readonly reported: {
    readonly slots: readonly {
      readonly phase: string;
      readonly running?: { readonly version: number; readonly modelDigest: string; readonly inferences: number };
    }[];
  } | null;
}

interface VersionView {
  readonly variants: readonly { readonly digest: string }[];
}

/** One place in each part of an update, of the way of a window, and of the runner's life. */
const POINTS = [
  'desired.after-persist',
  'download.after-chunk',
  'download.complete',
  'verify.before-install',
  'verify.after-install',
  'self-test.before',
  'self-test.after',
  'switch.new-loaded',
  'switch.before-persist',
  'switch.after-persist',
  'trial.before-commit',
  'trial.after-commit',
  'report.before-publish',
  'outbox.before-store',
  'outbox.after-store',
  'outbox.after-number',
  'outbox.after-publish',
  'outbox.before-forget',
  'outbox.after-forget',
];

/** Agents are small, and mostly wait. */
const VICTIMS_AT_ONCE = 5;

async function runningVersion(loop: SmallLoop, agent: AgentProgram): Promise<{ version: number; modelDigest: string }> {
  return waitFor(
    `${agent.deviceId} to serve`,
    async () => {
      const device = await loop.client.get<DeviceView>(`/devices/${agent.deviceId}`);
      const slot = device.reported?.slots[0];
      return slot?.phase === 'running' && slot.running && slot.running.inferences > 0 && slot.running;
    },
    { timeoutMs: 60_000 },
  );
}

describe('an agent supervisor that is killed', () => {
  it('ends with the whole model and an exact ledger, wherever it was', { timeout: 500_000 }, async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const version = await loop.trainVersion();
    // Nobody is enrolled yet: the rollout stands for whoever comes.
    await loop.startRollout(version);
    const known = await loop.client.get<VersionView>(`/models/shuttle/versions/${version}`);
    const digests = known.variants.map((variant) => variant.digest);

    const suffer = async (point: string): Promise<void> => {
      const agent = await loop.addAgent(`victim-${POINTS.indexOf(point)}`);
      agent.start({ EDGELOOP_FAULT_POINT: point });
      await waitFor(`${agent.deviceId} to be killed at ${point}`, () => !agent.isRunning, { timeoutMs: 60_000 });
      expect(await agent.ended, point).toMatchObject({ signal: 'SIGKILL' });
      agent.start();
      const running = await runningVersion(loop, agent);
      expect(running.version, point).toBe(version);
      expect(digests, point).toContain(running.modelDigest);
      await agent.stop();
    };
    for (let start = 0; start < POINTS.length; start += VICTIMS_AT_ONCE) {
      await Promise.all(POINTS.slice(start, start + VICTIMS_AT_ONCE).map(suffer));
    }

    await loop.hub.stop();
    for (const agent of loop.agents) {
      const ledger = windowLedger(loop.hub.dataFolder, agent.dataFolder, agent.deviceId);
      expect(ledgerFaults(ledger), agent.deviceId).toEqual([]);
      expect(ledger.length, agent.deviceId).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('a runner that is killed', () => {
  it('is started again, with the same model', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const version = await loop.trainVersion();
    await loop.startRollout(version);
    const agent = await loop.addAgent('runner-victim');
    agent.start();
    const before = await runningVersion(loop, agent);
    await waitFor('windows from the device', async () => (await loop.storedWindows()) > 2);
    const runner = processTree(agent.pid).find((usage) => usage.pid !== agent.pid);
    expect(runner).toBeDefined();
    process.kill(runner?.pid ?? 0, 'SIGKILL');
    const next = await waitFor('another runner', () =>
      processTree(agent.pid).find((usage) => usage.pid !== agent.pid && usage.pid !== runner?.pid),
    );
    expect(next.pid).not.toBe(runner?.pid);
    const stored = await loop.storedWindows();
    await waitFor('more windows', async () => (await loop.storedWindows()) > stored + 2);
    expect(await runningVersion(loop, agent)).toMatchObject({ version, modelDigest: before.modelDigest });
    await agent.stop();
    await loop.hub.stop();
    expect(ledgerFaults(windowLedger(loop.hub.dataFolder, agent.dataFolder, agent.deviceId))).toEqual([]);
  });
});
