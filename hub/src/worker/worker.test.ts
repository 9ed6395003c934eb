import { profileNames } from '@edgeloop/firmware-profiles';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EvaluateResultSchema, evaluateJobSpec } from '../evaluation/evaluate-job.ts';
import { gate } from '../evaluation/gate.ts';
import { silentLogger } from '../log.ts';
import { QuantizeResultSchema, quantizeJobSpec } from '../quantization/quantize-job.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { inputSpecsOf } from '../store/input-specs.ts';
import type { JobMeaning } from '../store/job-rows.ts';
import { quality } from '../store/metrics/metrics.ts';
import type { RunRecord } from '../store/run-store.ts';
import { encodeTable } from '../store/table-codec.ts';
import { importDiabetes, importShuttle } from '../testing/real-data.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { TrainResultSchema, trainJobSpec } from '../training/train-job.ts';
import { startWorker } from './start-worker.ts';
import type { Worker } from './worker.ts';

let hub: WorkerHub;
const workers: Worker[] = [];

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await hub.stop();
});

async function work(name = 'worker-1', token = hub.token): Promise<Worker> {
  const worker = await startWorker({ url: hub.url, token, name, log: silentLogger });
  workers.push(worker);
  return worker;
}

function runOf(dataset: DatasetRecord, recipe: RunRecord['recipe']): RunRecord {
  const { name, version, digest } = dataset;
  return {
    ...{ id: 'run-1', model: name, state: 'training', recipe, seed: 3, jobId: null, results: {}, version: null },
    ...{
      dataset: { name, version, digest },
      heldOut: null,
      recentFromRow: null,
      cause: { kind: 'request', ref: 'test' },
      error: null,
    },
    ...{ createdMs: 0, updatedMs: 0 },
  };
}

async function dataset(imported: ReturnType<typeof importDiabetes>, name: string): Promise<DatasetRecord> {
  const { description, canonicalBytes, cleaning } = await imported;
  await hub.blobs.put(canonicalBytes);
  return { ...description, name, version: 1, createdMs: 0, origin: 'file', parents: [], cleaning };
}

async function ended(kind: Parameters<WorkerHub['enqueue']>[0], spec: unknown) {
  const end = hub.nextEnd();
  await hub.enqueue(kind, spec);
  return end;
}

describe('a worker', () => {
  test('trains, quantizes and evaluates real data from the hub, one job after another', async () => {
    await work();
    const data = await dataset(importShuttle(6_000), 'shuttle');
    const run = runOf(data, { epochs: 15, quantization: { maxLatencyShare: 100 } });
    const train = TrainResultSchema.parse((await ended('train', trainJobSpec(run, data))).result);
    expect(train.trainingRecord).toMatchObject({ epochs: 15, worker: 'worker-1', ignoredColumns: [] });
    expect(await hub.blobs.size(train.floatModel.digest)).toBe(train.floatModel.sizeBytes);
    expect(train.reference.features).toHaveLength(9);
    expect(quality(train.validation)).toBeGreaterThan(0.98);

    const inputs = inputSpecsOf(train.signature);
    const { classes } = data;
    const meaning: JobMeaning = { target: { task: 'classification', column: 'Class', classes: [...classes] } };
    const trained = { digest: train.floatModel.digest, inputs, meaning };
    const quantize = QuantizeResultSchema.parse((await ended('quantize', quantizeJobSpec(run, data, trained))).result);
    // Which smaller forms there are depends on how fast they are here; float32 is always there, for every profile.
    expect(quantize.variants.at(-1)).toMatchObject({
      name: 'float32',
      format: 'float32',
      profiles: [],
      accepted: true,
    });
    expect(quantize.report?.classes.flatMap(({ profiles }) => profiles).sort()).toEqual(profileNames().toSorted());
    expect(quantize.report?.calibration).toMatchObject({ source: 'dataset' });
    for (const { digest, goldenDigest } of quantize.variants) {
      expect(await hub.blobs.size(digest)).toBeGreaterThan(0);
      expect(await hub.blobs.size(goldenDigest)).toBeGreaterThan(0);
    }

    const spec = evaluateJobSpec(run, data, { forms: quantize.variants, inputs, classes, meaning });
    const evaluate = EvaluateResultSchema.parse((await ended('evaluate', spec)).result);
    expect(evaluate.reports.map(({ ref }) => ref)).toEqual(quantize.variants.map(({ name }) => name));
    // Measured twice, by two jobs, on the same held-out rows.
    expect(evaluate.reports.map(({ metrics }) => metrics)).toEqual(quantize.variants.map(({ metrics }) => metrics));
    expect(evaluate.reports.at(-1)?.metrics.rows).toBe(train.trainingRecord.testRows);
    expect(gate(evaluate.reports.at(-1)!.metrics).accepted).toBe(true);
  });

  test('judges by held-out rows of their own and then trains on all the others', async () => {
    await work();
    const data = await dataset(importDiabetes(), 'diabetes');
    const held = { digest: data.digest };
    const job = await ended('train', trainJobSpec(runOf(data, { epochs: 2 }), data, held));
    const { trainRows, validationRows, testRows } = TrainResultSchema.parse(job.result).trainingRecord;
    expect(testRows).toBe(768);
    expect(trainRows + validationRows).toBe(768);
  });

  test('compares two models on the same rows, whatever classes they know', async () => {
    await work();
    const data = await dataset(importDiabetes(), 'diabetes');
    const train = async (epochs: number) => {
      const job = await ended('train', trainJobSpec(runOf(data, { epochs, hidden: [8] }), data));
      return TrainResultSchema.parse(job.result).floatModel.digest;
    };
    const columns = data.columns.map(({ name }) => name).slice(0, 8);
    const inputs = [{ name: 'features', kind: 'numbers', columns, dims: [8] }] as const;
    // The champion was made when 'positive' was called something else.
    const champion = { ref: 'champion', digest: await train(1), inputs, classes: ['negative', 'sick'] };
    const challenger = { ref: 'challenger', digest: await train(30), inputs, classes: [...data.classes] };
    const target = { task: 'classification', column: 'outcome', classes: [] };
    const rows = { dataset: { digest: data.digest }, heldOut: null, target };
    const split = { seed: 0, shares: { train: 1, validation: 0, test: 0 } };
    const job = await ended('evaluate', {
      purpose: 'comparison',
      rows: 'all',
      models: [champion, challenger],
      ...rows,
      split,
    });
    const { comparison, reports } = EvaluateResultSchema.parse(job.result);
    expect(comparison?.rows).toBe(768);
    expect(comparison?.challenger).toBeGreaterThan(comparison?.champion ?? 1);
    expect(comparison?.challenger).toBe(reports[1] && quality(reports[1].metrics));
    // None of the 268 positive rows can be right for a model that does not know the word.
    expect(comparison?.champion).toBeLessThanOrEqual(500 / 768);
  });

  test('tells how far it is', async () => {
    await work();
    const data = await dataset(importDiabetes(), 'diabetes');
    const { id } = await ended('train', trainJobSpec(runOf(data, { epochs: 3 }), data));
    const job = await hub.store.jobs.find(id);
    expect(job?.progress?.stage).toBe('measuring the reference');
    expect(hub.calls).toContain('POST /jobs/ID/heartbeat');
  });

  test('fails a job whose spec makes no sense, for good and with the reason', async () => {
    await work();
    const job = await ended('train', { runId: 'run-1', model: 'm', seed: 'often' });
    expect(job.state).toBe('failed');
    expect(job.error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('seed') });
  });

  test('fails a job whose data has no column to learn from', async () => {
    await work();
    const levels = ['a', 'b'];
    const table = {
      rows: 2,
      columns: [{ kind: 'category' as const, name: 'y', levels, codes: Int32Array.of(0, 1) }],
    };
    const digest = await hub.blobs.put(encodeTable(table));
    const data = { ...(await dataset(importDiabetes(), 'd')), digest, label: 'y', classes: levels, columns: [] };
    const job = await ended('train', trainJobSpec(runOf(data, {}), data));
    expect(job.error).toEqual({
      code: 'INVALID_INPUT',
      message: 'expected a column to learn from, got none',
    });
  });

  test('goes on when the hub was away in between', async () => {
    let troubles = 3;
    hub.obstacle = (call) => (call !== 'POST /jobs/lease' && troubles-- > 0 ? 503 : undefined);
    await work();
    const data = await dataset(importDiabetes(), 'diabetes');
    const job = await ended('train', trainJobSpec(runOf(data, { epochs: 2 }), data));
    expect(job.state).toBe('done');
    expect(troubles).toBeLessThanOrEqual(0);
  });

  test('abandons a job that another worker has, and takes the next one', async () => {
    const data = await dataset(importDiabetes(), 'diabetes');
    const endless = trainJobSpec(runOf(data, { epochs: 10_000, patience: 10_000 }), data);
    const lost = await hub.enqueue('train', endless);
    let isTaken = false;
    hub.obstacle = (call) => {
      if (call === 'GET /blobs/ID' && !isTaken) {
        isTaken = true;
        // As if the lease had run out while this worker was silent.
        hub.store.jobs
          .finish(lost, 'worker-1', { state: 'failed', error: { code: 'LEASE_LOST', message: '' } }, 0)
          .catch(() => undefined);
      }
      return undefined;
    };
    await work();
    const next = await ended('train', trainJobSpec(runOf(data, { epochs: 1 }), data));
    expect(next.id).not.toBe(lost);
    expect(next.state).toBe('done');
  });

  test('stops within a heartbeat when its job is cancelled, and takes the next one', async () => {
    const data = await dataset(importDiabetes(), 'diabetes');
    const endless = trainJobSpec(runOf(data, { epochs: 10_000, patience: 10_000 }), data);
    const cancelled = await hub.enqueue('train', endless);
    hub.obstacle = (call) => {
      if (call === 'GET /blobs/ID') hub.queue.cancel(cancelled, 'cancelled by ada').catch(() => undefined);
      return undefined;
    };
    await work();
    const next = await ended('train', trainJobSpec(runOf(data, { epochs: 1 }), data));
    expect(next).toMatchObject({ state: 'done' });
    expect(next.id).not.toBe(cancelled);
    expect(await hub.store.jobs.find(cancelled)).toMatchObject({ state: 'cancelled', attempt: 1 });
    expect(hub.calls).not.toContain('POST /jobs/ID/fail');
  });

  test('gives its job back when it is stopped, and another worker does it', async () => {
    const data = await dataset(importDiabetes(), 'diabetes');
    const training = new Promise<void>((resolve) => {
      hub.obstacle = (call) => {
        if (call === 'GET /blobs/ID') resolve();
        return undefined;
      };
    });
    const id = await hub.enqueue('train', trainJobSpec(runOf(data, { epochs: 500, patience: 500 }), data));
    const first = await work();
    await training;
    await first.stop();
    expect(await hub.store.jobs.find(id)).toMatchObject({
      state: 'queued',
      error: { message: 'the worker was stopped' },
    });
    const end = hub.nextEnd();
    await work('worker-2');
    expect(await end).toMatchObject({ id, state: 'done', attempt: 2 });
  });

  test('ends with the reason when the hub refuses its token', async () => {
    const worker = await work('worker-1', 'elt_wrong');
    await expect(worker.done).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('starting a worker', () => {
  const options = { url: 'http://127.0.0.1:1', token: 't', log: silentLogger };

  test('refuses a provider nobody knows', async () => {
    await expect(startWorker({ ...options, provider: 'abacus' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'provider must be one of auto, cpu, cuda, webgpu, got abacus',
    });
  });

  test('says in one sentence that a provider is not installed', async () => {
    await expect(startWorker({ ...options, provider: 'cuda' })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/^provider cuda is not available here: it needs .*--provider cpu/),
    });
  });
});
