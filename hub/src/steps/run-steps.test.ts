import { describe, expect, test } from 'vitest';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import { LoopRig } from '../testing/loop-rig.ts';

const RUN = { model: 'pump', dataset: { name: 'pumps' }, requestedBy: 'ada' };

describe('a cancelled run', () => {
  test('ends with its job, whether that waits or runs, and says who ended it', async () => {
    const rig = await LoopRig.open();
    const { id, jobId } = await rig.pipeline.startRun(RUN);
    expect(await rig.pipeline.cancelRun(id, 'eve')).toMatchObject({
      state: 'cancelled',
      error: { code: 'CANCELLED', message: 'cancelled by eve' },
    });
    expect(await rig.store.jobs.find(jobId ?? '')).toMatchObject({ state: 'cancelled' });
    await rig.second();
    expect(rig.worker.done).toEqual([]);
    expect(await rig.store.runs.find(id)).toMatchObject({ state: 'cancelled' });
    const [event] = await rig.store.events.list({ kind: 'run.cancelled' });
    expect(event?.message).toBe(`run ${id} of pump was cancelled by eve`);
  });

  test('is refused when the run has ended, with its state', async () => {
    const rig = await LoopRig.open();
    const { id } = await rig.pipeline.startRun(RUN);
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'done', 10);
    await expect(rig.pipeline.cancelRun(id, 'eve')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `run ${id} is done, and only one under way can be cancelled`,
    });
    await expect(rig.pipeline.cancelRun('run-none', 'eve')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a run that goes on', () => {
  test('after it was cancelled, with the same job and all its attempts', async () => {
    const rig = await LoopRig.open();
    const { id, jobId } = await rig.pipeline.startRun(RUN);
    await expect(rig.pipeline.resumeRun(id, 'ada')).rejects.toMatchObject({ code: 'CONFLICT' });
    await rig.pipeline.cancelRun(id, 'eve');
    expect(await rig.pipeline.resumeRun(id, 'ada')).toMatchObject({ id, state: 'training', jobId, error: null });
    const [event] = await rig.store.events.list({ kind: 'run.resumed' });
    expect(event?.message).toBe(`run ${id} of pump goes on, asked for by ada`);
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'done', 10);
    expect(rig.worker.done).toEqual(['train', 'quantize', 'evaluate']);
    await expect(rig.pipeline.resumeRun(id, 'ada')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `run ${id} is done, and only a failed or cancelled one can go on`,
    });
    await expect(rig.pipeline.resumeRun('run-none', 'ada')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('after its worker died says from where, on which worker and why', async () => {
    const rig = await LoopRig.open();
    const { id, jobId } = await rig.pipeline.startRun(RUN);
    const queue = new StoreJobQueue(rig.store, rig.clock);
    await queue.lease('gpu-1', ['train']);
    const newest = { digest: 'ab'.repeat(32), sizeBytes: 9, epoch: 3, step: 120, atMs: 0 };
    await rig.store.jobs.setCheckpoints(jobId ?? '', { newest, superseded: null });
    await queue.takeBack('gpu-1', { code: 'OUT_OF_MEMORY', message: 'the worker was killed' });
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'done', 10);
    expect(await rig.store.events.list({ kind: 'run.resumed' })).toMatchObject([
      {
        ...{ level: 'warning', model: 'pump', code: 'OUT_OF_MEMORY' },
        message: expect.stringMatching(
          /^run \S+ of pump: train goes on from epoch 3, step 120, on worker \S+, attempt 2: the worker was killed$/,
        ),
        detail: { runId: id, jobId, epoch: 3, step: 120, attempt: 2 },
      },
    ]);
    expect(await rig.store.jobs.find(jobId ?? '')).toMatchObject({ state: 'done', error: null });
  });

  test('is not one whose job was done and made no version', async () => {
    const rig = await LoopRig.open();
    rig.worker.answers.quantize = () => ({ variants: [] });
    const { id } = await rig.pipeline.startRun(RUN);
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'failed', 10);
    await expect(rig.pipeline.resumeRun(id, 'ada')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^job \S+ is done, and only one that failed or was cancelled can go on$/),
    });
    expect(await rig.store.runs.find(id)).toMatchObject({ state: 'failed', error: { code: 'DATA_INVALID' } });
  });
});
