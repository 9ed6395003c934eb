import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { codedColumn } from '../datasets/table-rows.ts';
import type { EvaluateSpec } from '../evaluation/evaluate-job.ts';
import type { ModelInputSpec } from '../store/model-rows.ts';
import type { Column, Table } from '../store/table.ts';
import { handleEvaluate } from './evaluate-handler.ts';
import type { JobContext } from './job-context.ts';
import { OrtEngine } from './ort/ort-engine.ts';

const ENGINE = new OrtEngine();
const SPLIT = { seed: 1, shares: { train: 0.5, validation: 0.2, test: 0.3 } };

function contextOf(table: Table, models: readonly Uint8Array[]): JobContext {
  const unused = async (): Promise<never> => {
    throw new Error('not used');
  };
  return {
    ...{ jobId: 'job-1', engine: ENGINE, workerName: 'worker', signal: new AbortController().signal },
    ...{ checkpoint: null, keepCheckpoint: unused, putBlob: unused, readBlob: unused, nowMs: () => 0 },
    ...{ progress: () => undefined, record: () => undefined },
    table: async () => table,
    blob: async (digest) => models.find((model) => sha256Hex(model) === digest) ?? unused(),
  };
}

function evaluate(
  table: Table,
  models: readonly { bytes: Uint8Array; inputs: readonly ModelInputSpec[]; classes?: string[] }[],
  spec: Pick<EvaluateSpec, 'target'> & Partial<EvaluateSpec>,
) {
  const described = models.map(({ bytes, inputs, classes = [] }, at) => ({
    ...{ ref: `model ${at}`, digest: sha256Hex(bytes), inputs, classes },
  }));
  const rows = { dataset: { digest: 'a'.repeat(64) }, heldOut: null, split: SPLIT, rows: 'test', purpose: 'run' };
  const bytes = models.map((model) => model.bytes);
  return handleEvaluate({ ...rows, models: described, ...spec }, contextOf(table, bytes));
}

/** Twice the number, or twice the length-one window's sum. */
function doubler(): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', ['batch', 1]);
  graph.node('Mul', ['features', graph.initializer('two', float32([2]))], {}, { outputs: ['value'] });
  return writeModel(graph.output('value', 'float32', ['batch', 1]).build());
}

/** Says the second class where the mean of what it reads is above 0. */
function signs(input: string, dims: (string | number)[], axes: number[]): Uint8Array {
  const graph = new GraphBuilder();
  graph.input(input, 'float32', dims);
  const axis = graph.initializer('axes', {
    type: 'int64',
    dims: [axes.length],
    data: BigInt64Array.from(axes, BigInt),
  });
  const mean = graph.node('ReduceMean', [input, axis], { keepdims: 0 });
  const column = graph.node('Unsqueeze', [
    mean,
    graph.initializer('last', { type: 'int64', dims: [1], data: BigInt64Array.of(1n) }),
  ]);
  const logits = graph.node('Mul', [column, graph.initializer('both', float32([-9, 9], [1, 2]))]);
  graph.node('Softmax', [logits], { axis: 1 }, { outputs: ['probabilities'] });
  graph.node('ArgMax', [logits], { axis: 1, keepdims: 0 }, { outputs: ['class_index'] });
  graph.output('probabilities', 'float32', ['batch', 2]);
  return writeModel(graph.output('class_index', 'int64', ['batch']).build());
}

function numbers(name: string, count: number, value: (row: number) => number): Column {
  return { kind: 'number', name, values: Float64Array.from({ length: count }, (_, row) => value(row)) };
}

const FEATURES: ModelInputSpec = { name: 'features', kind: 'numbers', columns: ['x'], dims: [1] };

describe('evaluating', () => {
  test('a model of a number measures how far it is from the truth, on rows that have one', async () => {
    const price = numbers('price', 100, (row) => (row % 10 === 0 ? Number.NaN : 2 * row + 1));
    const table: Table = { rows: 100, columns: [numbers('x', 100, (row) => row), price] };
    const target = { task: 'regression', column: 'price' } as const;
    const { reports } = await evaluate(table, [{ bytes: doubler(), inputs: [FEATURES] }], { target, rows: 'all' });
    expect(reports[0]?.metrics).toMatchObject({ task: 'regression', rows: 90, rmse: 1, mae: 1 });
  });

  test('a model over windows reads them from the test blocks only', async () => {
    const state = (row: number) => (Math.floor(row / 25) % 2 === 0 ? 'low' : 'high');
    const x = numbers('x', 1_000, (row) => (state(row) === 'high' ? 1 : -1));
    const label = codedColumn('state', 'category', [...Array(1_000).keys()].map(state));
    const table: Table = { rows: 1_000, columns: [x, label] };
    const windows = { size: 5, stride: 5, label: 'majority', group: null } as const;
    const inputs: ModelInputSpec[] = [{ name: 'window', kind: 'window', columns: ['x'], dims: [5, 1] }];
    const classes = ['low', 'high'];
    const bytes = signs('window', ['batch', 5, 1], [1, 2]);
    const target = { task: 'classification', column: 'state', classes } as const;
    const { reports } = await evaluate(table, [{ bytes, inputs, classes }], { target, windows });
    expect(reports[0]?.metrics).toMatchObject({ accuracy: 1 });
    // About three tenths of 200 windows; blocks are dealt as a whole.
    expect(reports[0]?.metrics.rows).toBeGreaterThan(40);
    expect(reports[0]?.metrics.rows).toBeLessThan(80);
  });

  test('compares models of a number by how far they are from the truth', async () => {
    const [x, y] = [numbers('x', 60, (row) => row), numbers('y', 60, (row) => row + (row % 3))];
    const table: Table = { rows: 60, columns: [x, y, numbers('price', 60, (row) => 2 * row)] };
    const models = ['y', 'x'].map((column) => ({ bytes: doubler(), inputs: [{ ...FEATURES, columns: [column] }] }));
    const target = { task: 'regression', column: 'price' } as const;
    const { comparison } = await evaluate(table, models, { target, rows: 'all', purpose: 'comparison' });
    expect(comparison).toMatchObject({ figure: 'r2', rows: 60, challenger: 1, onlyChallenger: 40 });
  });

  test('compares models that read different columns', async () => {
    const x = numbers('x', 200, (row) => (row % 2 === 0 ? 1 : -1));
    const y = numbers('y', 200, (row) => (row % 4 === 0 ? 1 : -1));
    const label = codedColumn(
      'state',
      'category',
      [...Array(200).keys()].map((row) => (row % 2 === 0 ? 'b' : 'a')),
    );
    const table: Table = { rows: 200, columns: [x, y, label] };
    const bytes = signs('features', ['batch', 1], [1]);
    const classes = ['a', 'b'];
    const target = { task: 'classification', column: 'state', classes } as const;
    const models = ['y', 'x'].map((column) => ({ bytes, inputs: [{ ...FEATURES, columns: [column] }], classes }));
    const { comparison } = await evaluate(table, models, { target, rows: 'all', purpose: 'comparison' });
    expect(comparison).toMatchObject({ rows: 200, champion: 0.75, challenger: 1, onlyChallenger: 50 });
  });
});
