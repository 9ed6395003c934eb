import { float32, GraphBuilder, readModel, type Tensor, writeModel } from '@edgeloop/onnx';
import { GoldenVectors } from '@edgeloop/protocol';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultInputs } from '../../datasets/default-inputs.ts';
import { modelRows } from '../../datasets/model-rows.ts';
import { splitRows } from '../../datasets/split-rows.ts';
import { measure } from '../../evaluation/metrics.ts';
import { predictRows } from '../../predict-rows.ts';
import type { TargetSpec } from '../../store/job-rows.ts';
import { type Metrics, quality } from '../../store/metrics/metrics.ts';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';
import { RecipeSchema } from '../../store/recipe/recipe.ts';
import { importShuttle } from '../../testing/real-data.ts';
import { trainModel } from '../../training/train-model.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { rowSource } from '../feed-source.ts';
import { labelled } from '../yardstick/labelled.ts';
import { climbLadder } from './climb-ladder.ts';
import type { LadderForm } from './ladder-forms.ts';

const ENGINE = new OrtEngine();
const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 100 };

interface Form extends LadderForm {
  readonly metrics: Metrics;
}

async function quantize(
  floatModel: Uint8Array,
  calibration: ModelRows,
  held: ModelRows,
  task: 'classification' | 'regression' = 'classification',
): Promise<readonly Form[]> {
  const nowMs = () => performance.now();
  const yardstick = labelled({ rows: held, task, measure });
  const common = { floatModel, yardstick, goals: GOALS, engine: ENGINE, nowMs };
  const { forms } = await climbLadder({ ...common, calibration: rowSource(calibration), profiles: [] });
  return forms.map((form) => ({ ...form, metrics: form.metrics! }));
}

/**
 * Tells the sign of its first feature, which lies within -1 and 1; the second one is huge, useless, and goes through
 * every layer beside it. One scale for both leaves nothing of the first.
 */
function outlierModel(): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', ['batch', 2]);
  const layer = (name: string, values: number[], dims: number[]) => graph.initializer(name, float32(values, dims));
  const first = graph.node('Gemm', ['features', layer('w0', [1, -1, 0, 0, 0, 1], [2, 3])]);
  const hidden = graph.node('Relu', [first]);
  const second = graph.node('Gemm', [hidden, layer('w1', [1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])]);
  const third = graph.node('Relu', [second]);
  graph.node('Gemm', [third, layer('w2', [9, -9, -9, 9, 0, 0], [3, 2])], {}, { outputs: ['logits'] });
  graph.node('Softmax', ['logits'], { axis: 1 }, { outputs: ['probabilities'] });
  graph.node('ArgMax', ['logits'], { axis: 1, keepdims: 0 }, { outputs: ['class_index'] });
  graph.output('probabilities', 'float32', ['batch', 2]);
  return writeModel(graph.output('class_index', 'int64', ['batch']).build());
}

function outlierRows(count: number): ModelRows {
  const values = Float32Array.from({ length: 2 * count }, (_, at) =>
    at % 2 === 0 ? Math.sin(at * 12.9898) : 30_000 * Math.abs(Math.cos(at * 78.233)),
  );
  const labels = Int32Array.from({ length: count }, (_, row) => (values[2 * row]! >= 0 ? 0 : 1));
  const spec = { name: 'features', kind: 'numbers', columns: ['signal', 'wild'], dims: [2] } as const;
  const target = { kind: 'classes', classes: ['plus', 'minus'], labels } as const;
  return { rows: count, inputs: [{ spec, dims: [2], values }], target };
}

describe('a model that int8 ruins', () => {
  test('is refused in int8 and kept in float32', async () => {
    const variants = await quantize(outlierModel(), outlierRows(2_000), outlierRows(1_000));
    expect(variants.map(({ name, accepted }) => [name, accepted])).toEqual([
      ['int8-static', false],
      ['int8-dynamic', false],
      ['float32', true],
    ]);
    expect(quality(variants[2]!.metrics)).toBe(1);
    for (const refused of variants.slice(0, 2)) {
      expect(quality(refused.metrics)).toBeLessThan(0.9);
      expect(refused.reasons[0]).toMatch(/^not met: accuracy .* against 100.00 % of float32 on 1000 held-out rows/);
    }
  });
});

describe('forms of the Shuttle model', () => {
  let variants: readonly Form[];
  let held: ModelRows;

  beforeAll(async () => {
    const { table, description } = await importShuttle(10_000);
    const shares = { train: 0.7, validation: 0.15, test: 0.15 };
    const split = splitRows(table, { seed: 1, shares, label: 'Class' });
    const target: TargetSpec = { task: 'classification', column: 'Class', classes: [...description.classes] };
    const inputs = defaultInputs(table, { target });
    const rows = (places: Int32Array) => modelRows(table, places, { inputs, target });
    const [train, validation] = [rows(split.train), rows(split.validation)];
    held = rows(split.test);
    const recipe = RecipeSchema.parse({ epochs: 25 });
    const trained = await trainModel({ recipe, seed: 1, train, validation, engine: ENGINE, nowMs: () => 0 });
    variants = await quantize(writeModel(trained.model), train, held);
  });

  test('are smaller in int8, keep the accuracy, and come before float32', () => {
    expect(variants.map(({ name, accepted }) => [name, accepted])).toEqual([
      ['int8-static', true],
      ['int8-dynamic', true],
      ['float32', true],
    ]);
    const float = variants[2]!;
    for (const form of variants.slice(0, 2)) {
      expect(form.model.length).toBeLessThan(0.7 * float.model.length);
      expect(quality(float.metrics) - quality(form.metrics)).toBeLessThanOrEqual(0.005);
      expect(form.reasons[2]).toMatch(/^met: (slower than|as fast as|faster than) float32/);
    }
  });

  test('are what their metrics say, when loaded again', async () => {
    for (const { model, metrics } of variants) {
      const runner = await ENGINE.open(model);
      const predictions = await predictRows(runner, held, 'classification');
      await runner.close();
      expect(measure(predictions, held.target)).toEqual(metrics);
    }
  });

  test('reproduce their golden vectors, also for readings with a gap', async () => {
    for (const { model, golden } of variants) {
      const { rows, inputs, outputs, tolerance } = GoldenVectors.decode(golden);
      expect(rows).toBe(32);
      const values = new Float32Array(inputs[0]!.data.slice().buffer);
      expect(values.some((value) => Number.isNaN(value))).toBe(true);
      const runner = await ENGINE.open(model);
      const got = await predictRows(
        runner,
        { ...held, rows, inputs: [{ ...held.inputs[0]!, values }] },
        'classification',
      );
      await runner.close();
      const expected = new Float32Array(outputs[0]!.data.slice().buffer);
      const deviations = expected.map((value, at) => Math.abs(value - got.probabilities[at]!));
      expect(Math.max(...deviations)).toBeLessThanOrEqual(tolerance);
      const classes = new BigInt64Array(outputs[1]!.data.slice().buffer);
      expect([...got.classIndex]).toEqual(Array.from(classes, Number));
      // More than one class, or a device could pass by always saying the same.
      expect(new Set(classes).size).toBeGreaterThan(2);
    }
  });

  test('hold integer weights', () => {
    for (const { model } of variants.slice(0, 2)) {
      const types = readModel(model).graph.initializer.map(({ dataType }) => dataType);
      // ONNX TensorProto.DataType: 3 is INT8.
      expect(types).toContain(3);
    }
  });
});

/** Reads a number, a category and a text; what it tells grows with the number and depends on single words. */
function mixedModel(): Uint8Array {
  const graph = new GraphBuilder();
  const [numbers, city, text] = [
    graph.input('features', 'float32', ['batch', 1]),
    graph.input('categories', 'string', ['batch', 1]),
    graph.input('text', 'string', ['batch', 1]),
  ];
  const known = graph.node('Where', [
    graph.node('IsNaN', [numbers]),
    graph.initializer('fill', float32([5], [1])),
    numbers,
  ]);
  const isWord = (input: string, word: string) => {
    const constant = graph.initializer(word, { type: 'string', dims: [1], data: [word] } satisfies Tensor);
    // ONNX TensorProto.DataType: 1 is FLOAT.
    return graph.node('Cast', [graph.node('Equal', [input, constant])], { to: 1 });
  };
  const all = graph.node('Concat', [known, isWord(city, 'Ulm'), isWord(text, 'long')], { axis: 1 });
  graph.node('MatMul', [all, graph.initializer('w', float32([10, 40, -30], [3, 1]))], {}, { outputs: ['value'] });
  return writeModel(graph.output('value', 'float32', ['batch', 1]).build());
}

function mixedRows(count: number): ModelRows {
  const rows = [...Array(count).keys()];
  const input = (
    name: string,
    kind: 'numbers' | 'categories' | 'text',
    values: Float32Array | string[],
  ): InputRows => ({
    ...{ spec: { name, kind, columns: [name], dims: [1] }, dims: [1], values },
  });
  const numbers = Float32Array.from(rows, (row) => (row * 7) % 11);
  const cities = rows.map((row) => (row % 3 === 0 ? 'Ulm' : 'Bonn'));
  const texts = rows.map((row) => (row % 2 === 0 ? 'long' : 'short'));
  const values = Float32Array.from(
    rows,
    (row) => 10 * numbers[row]! + (cities[row] === 'Ulm' ? 40 : 0) - (texts[row] === 'long' ? 30 : 0),
  );
  return {
    rows: count,
    inputs: [
      input('features', 'numbers', numbers),
      input('categories', 'categories', cities),
      input('text', 'text', texts),
    ],
    target: { kind: 'number', column: 'price', values },
  };
}

describe('a model of a number with several inputs', () => {
  test('has forms, figures and golden vectors with texts, and gaps in every input', async () => {
    const variants = await quantize(mixedModel(), mixedRows(500), mixedRows(300), 'regression');
    const float = variants.at(-1)!;
    expect(float).toMatchObject({ name: 'float32', metrics: { task: 'regression', r2: 1 } });
    const { rows, inputs, outputs, tolerance } = GoldenVectors.decode(float.golden);
    expect(inputs.map(({ name, elementType, dims }) => [name, elementType, dims])).toEqual([
      ['features', 'float32', [rows, 1]],
      ['categories', 'string', [rows, 1]],
      ['text', 'string', [rows, 1]],
    ]);
    expect(new Float32Array(inputs[0]!.data.slice().buffer).some(Number.isNaN)).toBe(true);
    expect(inputs[1]!.strings).toContain('');
    expect(inputs[2]!.strings).toContain('');
    expect(outputs.map(({ name, dims }) => [name, dims])).toEqual([['value', [rows, 1]]]);
    const told = new Float32Array(outputs[0]!.data.slice().buffer);
    // One row with a gap may also be one of those that show the range.
    expect(rows).toBeGreaterThan(28);
    // A thousandth of the range of 170.
    expect(tolerance).toBeCloseTo(0.17, 2);
    expect(Math.max(...told) - Math.min(...told)).toBeGreaterThan(160);
  });
});
