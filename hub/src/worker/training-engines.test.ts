import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../log.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { RecipeInput } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';
import { hasTfjsNode } from '../testing/has-tfjs-node.ts';
import { importDiabetes } from '../testing/real-data.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { TrainResultSchema, trainJobSpec } from '../training/train-job.ts';
import { startWorker } from './start-worker.ts';
import type { Worker } from './worker.ts';

let hub: WorkerHub;
let worker: Worker;

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
  worker = await startWorker({ url: hub.url, token: hub.token, name: 'desk', log: silentLogger });
});

afterEach(async () => {
  await worker.stop();
  await hub.stop();
});

/** Waits for the end of a training on the medical data. */
async function trained(recipe: RecipeInput): Promise<JobRecord> {
  const { description, canonicalBytes } = await importDiabetes();
  await hub.blobs.put(canonicalBytes);
  const about = { name: 'diabetes', version: 1, createdMs: 0, origin: 'file', parents: [], cleaning: [] };
  const data: DatasetRecord = { ...about, ...description };
  const run: RunRecord = {
    ...{ id: 'run-1', model: 'm', state: 'training', recipe: { ...recipe }, seed: 3, jobId: null, results: {} },
    ...{ dataset: { name: 'diabetes', version: 1, digest: data.digest }, heldOut: null, recentFromRow: null },
    ...{ version: null, cause: { kind: 'request', ref: 'test' }, error: null, createdMs: 0, updatedMs: 0 },
  };
  const end = hub.nextEnd();
  await hub.enqueue('train', trainJobSpec(run, data));
  return end;
}

describe('a training job with engine tfjs', () => {
  test('says in its record which backend computed it', async () => {
    const job = await trained({ family: 'mlp', epochs: 2, engine: 'tfjs', tfjsBackend: 'cpu' });
    expect(job.state).toBe('done');
    expect(TrainResultSchema.parse(job.result).trainingRecord.engine).toBe('tfjs 4.22.0 cpu');
  });

  test.skipIf(hasTfjsNode())(
    'fails once and for all where the packages are not installed, with what to do',
    async () => {
      const job = await trained({ family: 'mlp', epochs: 2, engine: 'tfjs' });
      expect(job).toMatchObject({
        ...{ state: 'failed', attempt: 1 },
        error: {
          code: 'ENGINE_MISSING',
          message: expect.stringMatching(/^engine tfjs needs "npm install @tensorflow/),
        },
      });
    },
  );
});
