import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../log.ts';
import { trainDiabetes } from '../testing/diabetes-training.ts';
import { hasTfjsNode } from '../testing/has-tfjs-node.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { TrainResultSchema } from '../training/train-job.ts';
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

describe('a training job with engine tfjs', () => {
  test('says in its record which backend computed it', async () => {
    const job = await trainDiabetes(hub, { family: 'mlp', epochs: 2, engine: 'tfjs', tfjsBackend: 'cpu' });
    expect(job.state).toBe('done');
    expect(TrainResultSchema.parse(job.result).trainingRecord.engine).toBe('tfjs 4.22.0 cpu');
  });

  test.skipIf(hasTfjsNode())(
    'fails once and for all where the packages are not installed, with what to do',
    async () => {
      const job = await trainDiabetes(hub, { family: 'mlp', epochs: 2, engine: 'tfjs' });
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
