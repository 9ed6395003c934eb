import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../log.ts';
import type { RecipeInput } from '../store/recipe/recipe.ts';
import { decodeCheckpoint } from '../testing/decode-checkpoint.ts';
import { trainDiabetes } from '../testing/diabetes-training.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { TrainResultSchema } from '../training/train-job.ts';
import { startWorker } from './start-worker.ts';
import type { Worker } from './worker.ts';

let hub: WorkerHub;
let worker: Worker;

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
  worker = await startWorker({ url: hub.url, token: hub.token, name: 'gpu-1', log: silentLogger });
});

afterEach(async () => {
  await worker.stop();
  await hub.stop();
});

describe('a training job', () => {
  test('tells its figures while it runs', async () => {
    const seen: number[] = [];
    hub.obstacle = (call) => {
      if (call === 'PUT /jobs/ID/checkpoint') seen.push(hub.calls.filter((c) => c === 'POST /jobs/ID/metrics').length);
      return undefined;
    };
    const job = await trainDiabetes(hub, { epochs: 3, batchSize: 32, checkpointSteps: 17 });
    expect(job.state).toBe('done');
    // Before each checkpoint the hub has been told what leads to it.
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBeGreaterThan(seen[0] ?? 0);
    const { steps, epochs } = await hub.store.jobMetrics.list(job.id);
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual(
      Array.from({ length: 51 }, (_, at) => [at + 1, 1 + Math.floor(at / 17)]),
    );
    expect(steps.every(({ samplesPerSecond, loss }) => samplesPerSecond > 0 && loss > 0)).toBe(true);
    expect(epochs).toEqual(TrainResultSchema.parse(job.result).trainingRecord.curve);
    const progress = (await hub.store.jobs.find(job.id))?.progress;
    expect(progress?.stage).toBe('measuring the reference');
  });

  test('whose loss leaves the numbers ends with place and hint, once, and the last good checkpoint stays', async () => {
    const job = await trainDiabetes(hub, {
      ...{ hidden: [64, 64, 64, 64], epochs: 200, batchSize: 64, checkpointSteps: 1, learningRate: 1 },
      ...{ optimizer: { kind: 'sgd', momentum: 0.99 }, schedule: { kind: 'constant', warmUpEpochs: 4 } },
    });
    expect(job).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'LOSS_NOT_FINITE' } });
    expect(job.error?.message).toMatch(/became \S+ in epoch \d+, step \d+, at a learning rate of \S+; a smaller/);
    const { tensors } = await decodeCheckpoint(await hub.blobs.get(job.checkpoint?.digest ?? ''));
    const weights = tensors.filter(({ name }) => name.startsWith('state/dense'));
    expect(weights.length).toBeGreaterThan(0);
    for (const { values } of weights) expect(values.every(Number.isFinite)).toBe(true);
  });

  test('goes on when the hub takes no checkpoint', async () => {
    hub.obstacle = (call) => (call === 'PUT /jobs/ID/checkpoint' ? 503 : undefined);
    const job = await trainDiabetes(hub, { epochs: 3, batchSize: 32, checkpointSteps: 10 });
    expect(job).toMatchObject({ state: 'done', checkpoint: null });
    expect(hub.calls.filter((call) => call === 'PUT /jobs/ID/checkpoint').length).toBeGreaterThan(2);
  });
});

describe('a training job of another kind', () => {
  test('tells a number of the data set, with its figures', async () => {
    const { result } = await trainDiabetes(hub, { target: 'bmi_kg_m2', task: 'regression', epochs: 5 });
    const { signature, validation, trainingRecord } = TrainResultSchema.parse(result);
    expect(signature).toMatchObject({ task: 'regression', target: { name: 'bmi_kg_m2' } });
    expect(validation.task).toBe('regression');
    expect(trainingRecord.ignoredColumns).toEqual(['outcome']);
  });

  test('finds rows unlike the normal ones', async () => {
    const recipe: RecipeInput = { family: 'autoencoder', epochs: 5, anomaly: { normal: ['negative'] } };
    const { signature, validation } = TrainResultSchema.parse((await trainDiabetes(hub, recipe)).result);
    expect(signature).toMatchObject({ task: 'anomaly', classes: ['normal', 'anomaly'] });
    expect(signature.threshold).toBeGreaterThan(0);
    expect(validation.task).toBe('anomaly');
  });

  test('cross-validates when it is asked to', async () => {
    const { result } = await trainDiabetes(hub, { family: 'logistic', epochs: 10, evaluation: { folds: 3 } });
    const { crossValidation } = TrainResultSchema.parse(result).trainingRecord;
    expect(crossValidation?.figures['rocAuc']?.folds).toHaveLength(3);
    // Insulin is missing in half of the rows, and its gaps are filled inside of each model.
    expect(crossValidation?.figures['rocAuc']?.mean).toBeGreaterThan(0.75);
  });

  test('trains layers that somebody brought', async () => {
    const layers = [
      { class_name: 'Dense', config: { name: 'first', units: 8, activation: 'relu', batch_input_shape: [null, 8] } },
      { class_name: 'Dense', config: { name: 'last', units: 2, activation: 'softmax' } },
    ];
    const model = await hub.blobs.put(Buffer.from(JSON.stringify({ class_name: 'Sequential', config: { layers } })));
    const preprocessing = { numbers: { indicator: false } };
    const job = await trainDiabetes(hub, { family: 'layers', layers: { model }, epochs: 5, preprocessing });
    expect(TrainResultSchema.parse(job.result).validation.task).toBe('classification');
    const wide = { ...layers[0]!, config: { ...layers[0]!.config, batch_input_shape: [null, 9] } };
    const other = await hub.blobs.put(
      Buffer.from(JSON.stringify({ class_name: 'Sequential', config: [wide, layers[1]] })),
    );
    const { error } = await trainDiabetes(hub, {
      family: 'layers',
      layers: { model: other },
      epochs: 5,
      preprocessing,
    });
    expect(error?.message).toMatch(/^layers: input first_input\w* takes \[9\], and the data gives values \[8\]/);
  });
});
