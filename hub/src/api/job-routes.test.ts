import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { encodeCheckpoint } from '../store/checkpoint-codec.ts';
import type { RunRecord } from '../store/run-store.ts';
import { type ApiRig, apiRig } from '../testing/api-rig.ts';
import { problemOf } from '../testing/problem-of.ts';

/** A run whose training job is leased by `gpu-1`. */
async function trainingRig(): Promise<ApiRig & { readonly jobId: string }> {
  const rig = await apiRig();
  const jobId = await rig.queue.enqueue({ kind: 'train', spec: {} });
  await rig.queue.lease('gpu-1', ['train']);
  const run: RunRecord = {
    ...{ id: 'run-1', model: 'pump', state: 'training', recipe: {}, seed: 3, jobId, trainJobId: jobId },
    ...{ dataset: { name: 'pumps', version: 1, digest: '' }, heldOut: null, recentFromRow: null, results: {} },
    ...{ version: null, cause: { kind: 'request', ref: 'test' }, error: null, createdMs: 0, updatedMs: 0 },
  };
  await rig.store.runs.add(run);
  return { ...rig, jobId };
}

describe('a job that trains', () => {
  it('keeps its checkpoint at the hub, and its run shows it', async () => {
    const { ask, jobId, store } = await trainingRig();
    const bytes = Buffer.concat(encodeCheckpoint({ jobId, progress: {}, tensors: [] }));
    const digest = sha256Hex(bytes);
    const path = `/jobs/${jobId}/checkpoint?worker=gpu-1&digest=${digest}&epoch=2&step=70`;
    expect((await ask('PUT', path, { as: 'worker', bytes })).status).toBe(204);
    const run = await ask('GET', '/runs/run-1', { as: 'viewer' });
    expect(await run.json()).toMatchObject({ checkpoint: { digest, epoch: 2, step: 70, sizeBytes: bytes.length } });
    const blob = await ask('GET', `/blobs/${digest}`, { as: 'worker' });
    expect(Buffer.from(await blob.arrayBuffer())).toEqual(bytes);
    const other = await ask('PUT', path.replace('gpu-1', 'gpu-2'), { as: 'worker', bytes });
    expect(await problemOf(other)).toMatchObject({ code: 'LEASE_LOST' });
    const damaged = await ask('PUT', path, { as: 'worker', bytes: bytes.subarray(1) });
    expect(await problemOf(damaged)).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect((await store.jobs.find(jobId))?.checkpoint?.digest).toBe(digest);
  });

  it('tells its figures, which anybody can follow while it runs', async () => {
    const { ask, jobId } = await trainingRig();
    const steps = [{ step: 1, epoch: 1, loss: 0.7, learningRate: 0.004, samplesPerSecond: 1e5 }];
    const epochs = [{ epoch: 1, trainLoss: 0.6, validationLoss: 0.5, validationAccuracy: 0.8 }];
    const told = await ask('POST', `/jobs/${jobId}/metrics`, {
      as: 'worker',
      body: { worker: 'gpu-1', from: { step: 1, epoch: 1 }, stride: 1, steps, epochs },
    });
    expect(told.status).toBe(204);
    expect(await (await ask('GET', '/runs/run-1/metrics', { as: 'viewer' })).json()).toEqual({ steps, epochs });
    expect(await problemOf(await ask('GET', '/runs/none/metrics', { as: 'viewer' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
