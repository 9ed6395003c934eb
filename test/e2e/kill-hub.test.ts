import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { processTree } from '../rig/process-memory.ts';
import { waitFor } from '../rig/wait-for.ts';
import { startSmallLoop } from './small-loop.ts';
import { ledgerFaults, windowLedger } from './window-ledger.ts';

describe('a hub that is killed', () => {
  for (const state of ['training', 'quantizing', 'evaluating']) {
    it(`finishes the run it was ${state} after a restart`, async () => {
      const loop = await startSmallLoop();
      await loop.importData();
      const { id } = await loop.startRun();
      // A step of a quick run may be over before it is seen; then the next one is what gets killed.
      await loop.runIn(id, [state, 'done']);
      await loop.jobLeased(id);
      await loop.hub.kill();
      await loop.hub.start();
      const run = await loop.runIn(id, ['done', 'failed', 'refused']);
      expect(run).toMatchObject({ state: 'done', version: 1, error: null });
      const { versions } = await loop.client.get<{ versions: unknown[] }>('/models/shuttle');
      expect(versions).toHaveLength(1);
    });
  }

  it('finishes the rollout, and neither loses nor doubles a window', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const version = await loop.trainVersion();
    const agents = [await loop.addAgent('kill-hub-1'), await loop.addAgent('kill-hub-2')];
    for (const agent of agents) agent.start();
    const { id } = await loop.startRollout(version);
    await loop.hub.kill();
    await loop.hub.start();
    await waitFor('the first windows', async () => (await loop.storedWindows()) > 2, { timeoutMs: 60_000 });
    for (const pauseMs of [150, 430, 890]) {
      await delay(pauseMs);
      await loop.hub.kill();
      await loop.hub.start();
    }
    expect((await loop.rolloutIn(id, ['done', 'rolled-back', 'aborted'])).rollout.state).toBe('done');
    const before = await loop.storedWindows();
    await waitFor('windows after the last restart', async () => (await loop.storedWindows()) > before);

    await Promise.all(agents.map((agent) => agent.stop()));
    await loop.hub.stop();
    for (const agent of agents) {
      const ledger = windowLedger(loop.hub.dataFolder, agent.dataFolder, agent.deviceId);
      expect(ledgerFaults(ledger)).toEqual([]);
      // No agent was killed: every prediction it wrote down must be in a stored window.
      const predictions = readFileSync(loop.predictionsPath(agent.deviceId), 'utf8').trimEnd().split('\n').length;
      expect(ledger.reduce((sum, boot) => sum + boot.readings, 0)).toBe(predictions);
    }
  });
});

describe('a worker that is killed', () => {
  it('is started again and the run is finished', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const { id } = await loop.startRun();
    await loop.jobLeased(id);
    const worker = await waitFor('the worker process', () =>
      processTree(loop.hub.pid).find((usage) => usage.pid !== loop.hub.pid && usage.command.includes('worker')),
    );
    process.kill(worker.pid, 'SIGKILL');
    expect(await loop.runIn(id, ['done', 'failed', 'refused'])).toMatchObject({ state: 'done', version: 1 });
  });
});
