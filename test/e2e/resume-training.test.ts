import { describe, expect, it } from 'vitest';
import { processTree } from '../rig/process-memory.ts';
import { waitFor } from '../rig/wait-for.ts';
import { type RunView, type SmallLoop, startSmallLoop } from './small-loop.ts';

/** Some seconds of training, with a checkpoint now and then in the middle of an epoch. */
const RECIPE = { hidden: [32], epochs: 120, patience: 120, batchSize: 16, checkpointSteps: 300, averageDecay: 0.99 };
const OVER = ['done', 'failed', 'refused', 'cancelled'];

interface TrainingRun extends RunView {
  readonly checkpoint: { readonly epoch: number; readonly step: number } | null;
  readonly results: {
    readonly train?: {
      readonly floatModel: { readonly digest: string };
      readonly trainingRecord: { readonly curve: readonly unknown[]; readonly notes: readonly string[] };
    };
  };
}

async function start(loop: SmallLoop, model: string): Promise<string> {
  const run = await loop.client.post<RunView>('/runs', { model, dataset: { name: 'shuttle' }, recipe: RECIPE });
  return run.id;
}

async function inTheMiddle(loop: SmallLoop, id: string): Promise<TrainingRun> {
  return waitFor(
    `run ${id} to have a checkpoint`,
    async () => {
      const run = await loop.client.get<TrainingRun>(`/runs/${id}`);
      return (run.checkpoint !== null || OVER.includes(run.state)) && run;
    },
    { timeoutMs: 60_000, intervalMs: 10 },
  );
}

async function end(loop: SmallLoop, id: string): Promise<TrainingRun> {
  await loop.runIn(id, OVER);
  return loop.client.get<TrainingRun>(`/runs/${id}`);
}

/** Hub and worker at once, as when a machine loses power. */
async function killBoth(loop: SmallLoop): Promise<void> {
  const worker = processTree(loop.hub.pid).find(
    ({ pid, command }) => pid !== loop.hub.pid && command.includes('worker'),
  );
  if (worker) process.kill(worker.pid, 'SIGKILL');
  await loop.hub.kill();
}

describe('a training', () => {
  it('that is killed with its hub goes on from its checkpoint, and ends with the bits of one that was left alone', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const whole = await end(loop, await start(loop, 'whole'));
    const id = await start(loop, 'killed');
    await inTheMiddle(loop, id);
    await killBoth(loop);
    await loop.hub.start();
    const run = await end(loop, id);
    expect(run).toMatchObject({ state: 'done', version: 1, checkpoint: null });
    expect(run.results.train?.trainingRecord.notes).toEqual([expect.stringMatching(/^went on from a checkpoint/)]);
    expect(run.results.train?.floatModel).toEqual(whole.results.train?.floatModel);
    const { epochs } = await loop.client.get<{ epochs: readonly unknown[] }>(`/runs/${id}/metrics`);
    expect(epochs).toEqual(whole.results.train?.trainingRecord.curve);
  });

  it('that is cancelled makes way for the next, and goes on when asked to', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const id = await start(loop, 'stopped');
    await inTheMiddle(loop, id);
    const cancelled = await loop.client.post<RunView>(`/runs/${id}/cancel`, {});
    expect(cancelled).toMatchObject({ state: 'cancelled', error: { message: 'cancelled by administrator' } });
    await loop.trainVersion();
    const kept = await loop.client.get<TrainingRun>(`/runs/${id}`);
    expect(kept.checkpoint).not.toBeNull();
    await loop.client.post(`/runs/${id}/resume`, {});
    const run = await end(loop, id);
    expect(run).toMatchObject({ state: 'done', version: 1, error: null });
    expect(run.results.train?.trainingRecord.notes).toEqual([
      expect.stringContaining(`went on from a checkpoint in epoch ${kept.checkpoint?.epoch}`),
    ]);
  });
});
