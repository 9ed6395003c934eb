import { GoldenVectors } from '@edgeloop/protocol';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportedTable } from '../datasets/import-table.ts';
import { describeTable } from '../datasets/import-table.ts';
import { codedColumn } from '../datasets/table-rows.ts';
import { EvaluateResultSchema, evaluateJobSpec } from '../evaluation/evaluate-job.ts';
import { silentLogger } from '../log.ts';
import { QuantizeResultSchema, quantizeJobSpec } from '../quantization/quantize-job.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { inputSpecsOf } from '../store/input-specs.ts';
import { jobMeaningOf } from '../store/job-rows.ts';
import { quality } from '../store/metrics/metrics.ts';
import type { RunRecord } from '../store/run-store.ts';
import type { Table } from '../store/table.ts';
import { importShuttle } from '../testing/real-data.ts';
import { WorkerHub } from '../testing/worker-hub.ts';
import { checkRecipe } from '../training/recipe/check-recipe.ts';
import { TrainResultSchema, trainJobSpec } from '../training/train-job.ts';
import { startWorker } from './start-worker.ts';
import type { Worker } from './worker.ts';

let hub: WorkerHub;
let worker: Worker;

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
  worker = await startWorker({ url: hub.url, token: hub.token, name: 'worker-1', log: silentLogger });
});

afterEach(async () => {
  await worker.stop();
  await hub.stop();
});

async function dataset(imported: Pick<ImportedTable, 'description' | 'canonicalBytes'>): Promise<DatasetRecord> {
  await hub.blobs.put(imported.canonicalBytes);
  return { ...imported.description, name: 'data', version: 1, createdMs: 0, origin: '', parents: [], cleaning: [] };
}

function runOf({ name, version, digest }: DatasetRecord, recipe: RunRecord['recipe']): RunRecord {
  return {
    ...{ id: 'run-1', model: 'model', state: 'training', recipe, seed: 3, jobId: null, results: {}, version: null },
    ...{ dataset: { name, version, digest }, heldOut: null, recentFromRow: null, error: null },
    ...{ cause: { kind: 'request', ref: 'test' }, createdMs: 0, updatedMs: 0 },
  };
}

async function result(kind: Parameters<WorkerHub['enqueue']>[0], spec: unknown): Promise<unknown> {
  const end = hub.nextEnd();
  await hub.enqueue(kind, spec);
  const job = await end;
  expect(job.error).toBeNull();
  return job.result;
}

/** All three jobs of a run, as the hub makes them one from the other. */
async function made(data: DatasetRecord, recipe: unknown) {
  const run = runOf(data, { ...checkRecipe(recipe, data) });
  const trainSpec = trainJobSpec(run, data);
  const train = TrainResultSchema.parse(await result('train', trainSpec));
  const { classes } = train.signature;
  const shape = { inputs: inputSpecsOf(train.signature), classes, meaning: jobMeaningOf(trainSpec, classes) };
  const profiles = ['x86-vnni'];
  const quantizeSpec = quantizeJobSpec(run, data, { digest: train.floatModel.digest, ...shape }, { profiles });
  const { variants } = QuantizeResultSchema.parse(await result('quantize', quantizeSpec));
  const evaluateSpec = evaluateJobSpec(run, data, { forms: variants, ...shape });
  const { reports } = EvaluateResultSchema.parse(await result('evaluate', evaluateSpec));
  // Measured twice, by two jobs, on the same held-out rows.
  expect(reports.map(({ metrics }) => metrics)).toEqual(variants.map(({ metrics }) => metrics));
  const float = variants.at(-1);
  if (float?.name !== 'float32') throw new Error('no float form');
  const golden = GoldenVectors.decode(await hub.blobs.get(float.goldenDigest));
  return { train, variants, metrics: float.metrics, golden };
}

describe('a run', () => {
  test('of numbers and texts tells a number', async () => {
    const rows = [...Array(300).keys()];
    const words = ['cheap', 'plain', 'fine', 'grand'];
    const size = Float64Array.from(rows, (row) => (row % 20 === 0 ? Number.NaN : ((row * 37) % 100) / 10));
    const text = rows.map((row) => `a ${words[(row * 7) % 4]} house, number ${row % 13}`);
    const price = Float64Array.from(rows, (row) => 3 * (size[row] || 5) + 10 * ((row * 7) % 4));
    const table: Table = {
      rows: rows.length,
      columns: [
        { kind: 'number', name: 'size', values: size },
        codedColumn('note', 'text', text),
        { kind: 'number', name: 'price', values: price },
      ],
    };
    const data = await dataset(describeTable(table, 'price'));
    const preprocessing = { text: { buckets: 128 } };
    const recipe = { family: 'fusion', preprocessing, epochs: 15, batchSize: 16, learningRate: 0.01 };
    const { train, metrics, golden } = await made(data, recipe);
    expect(train.signature).toMatchObject({ task: 'regression', target: { name: 'price' } });
    expect(quality(metrics)).toBeGreaterThan(0.9);
    expect(golden.inputs.map(({ name }) => name)).toEqual(['features', 'text']);
    expect(golden.outputs.map(({ name }) => name)).toEqual(['value']);
  });

  test('over windows finds anomalies it has not learned from', async () => {
    const data = await dataset(await importShuttle(6_000));
    const window = { size: 8, stride: 4, label: 'last' };
    const { train, metrics, golden } = await made(data, { task: 'anomaly', window, epochs: 15 });
    expect(train.signature).toMatchObject({ task: 'anomaly', classes: ['normal', 'anomaly'] });
    expect(metrics).toMatchObject({ task: 'anomaly' });
    expect(quality(metrics)).toBeGreaterThan(0.6);
    expect(golden.inputs[0]?.dims.slice(1)).toEqual([8, 9]);
  });

  test('of images tells them apart', async () => {
    const rows = [...Array(150).keys()];
    const images = await Promise.all(
      rows.map((row) => {
        const [place, grey] = [((row * 37) % 101) % 8, 100 + row];
        const bar = row % 2 === 0 ? { height: 4, width: 12 } : { height: 12, width: 4 };
        const background = { r: grey, g: grey, b: grey };
        const input = { create: { ...bar, channels: 3 as const, background } };
        const at = row % 2 === 0 ? { top: place, left: 0 } : { top: 0, left: place };
        const base = sharp({ create: { height: 12, width: 12, channels: 3, background: '#101010' } });
        return base
          .composite([{ input, ...at }])
          .toColourspace('b-w')
          .raw()
          .toBuffer();
      }),
    );
    const pixels = new Uint8Array(Buffer.concat(images));
    const table: Table = {
      rows: rows.length,
      columns: [
        { kind: 'image', name: 'photo', height: 12, width: 12, channels: 1, pixels },
        codedColumn(
          'way',
          'category',
          rows.map((row) => (row % 2 === 0 ? 'across' : 'upright')),
        ),
      ],
    };
    const data = await dataset(describeTable(table, 'way'));
    const recipe = { family: 'cnn', epochs: 15, batchSize: 16, filters: [4, 8], hidden: [8], dropout: 0, patience: 50 };
    const { train, metrics, golden } = await made(data, recipe);
    expect(train.signature.inputs[0]).toMatchObject({ name: 'image', elementType: 'uint8', layout: 'NHWC' });
    expect(quality(metrics)).toBeGreaterThan(0.9);
    expect(golden.inputs[0]).toMatchObject({ elementType: 'uint8', dims: [golden.rows, 12, 12, 1] });
  });
});
