import { ModelSignature } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { inputSpecsOf } from '../../store/input-specs.ts';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';
import { classifierSignature, signatureOf } from './model-signature.ts';

const NUMBERS: InputRows = {
  spec: { name: 'features', kind: 'numbers', columns: ['kelvin', 'bar'], dims: [2] },
  dims: [2],
  values: Float32Array.of(0.1, 7, Number.NaN, Number.POSITIVE_INFINITY, 273.15, -2.5),
};
const CATEGORIES: InputRows = {
  spec: { name: 'categories', kind: 'categories', columns: ['valve'], dims: [1] },
  dims: [1],
  values: ['shut', '', 'open'],
};
const TIMES: InputRows = {
  spec: { name: 'times', kind: 'times', columns: ['at'], dims: [1] },
  dims: [1],
  values: Float64Array.of(1_700_000_000.25, Number.NaN, 12),
};
const TEXT: InputRows = {
  spec: { name: 'text', kind: 'text', columns: ['note'], dims: [1] },
  dims: [1],
  values: ['all fine', '', 'leaks'],
};
const IMAGE: InputRows = {
  spec: { name: 'image', kind: 'image', columns: ['photo'], dims: [-1, -1, 3] },
  dims: [1, 1, 3],
  values: new Uint8Array(9),
};
const WINDOW: InputRows = {
  spec: { name: 'window', kind: 'window', columns: ['x', 'y'], dims: [2, 2] },
  dims: [2, 2],
  values: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
};
const CLASSES: ModelRows['target'] = { kind: 'classes', classes: ['bad', 'good'], labels: Int32Array.of(0, 1, 1) };

function rowsOf(inputs: readonly InputRows[], target: ModelRows['target'] = CLASSES): ModelRows {
  return { rows: 3, inputs, target };
}

describe('signature of a model', () => {
  test('says of every input what it takes, and what the rows held', () => {
    const units = { kelvin: 'K' };
    const all = [NUMBERS, CATEGORIES, TIMES, TEXT, IMAGE, WINDOW];
    const { inputs } = signatureOf({ task: 'classification', rows: rowsOf(all), units, stride: 5 });
    expect(
      inputs.map(({ name, elementType, dims, layout, stride }) => [name, elementType, dims, layout, stride]),
    ).toEqual([
      ['features', 'float32', [-1, 2], '', 0],
      ['categories', 'string', [-1, 1], '', 0],
      ['times', 'float64', [-1, 1], '', 0],
      ['text', 'string', [-1, 1], '', 0],
      ['image', 'uint8', [-1, -1, -1, 3], 'NHWC', 0],
      ['window', 'float32', [-1, 2, 2], '', 5],
    ]);
    const plain = { unit: '', description: '', levels: [], range: undefined };
    expect(inputs.flatMap(({ features }) => features)).toEqual([
      { ...plain, name: 'kelvin', kind: 'number', unit: 'K', range: { min: 0.1, max: 273.15 } },
      { ...plain, name: 'bar', kind: 'number', range: { min: -2.5, max: 7 } },
      { ...plain, name: 'valve', kind: 'category', levels: ['open', 'shut'] },
      { ...plain, name: 'at', kind: 'time', range: { min: 12, max: 1_700_000_000.25 } },
      { ...plain, name: 'note', kind: 'text' },
      { ...plain, name: 'photo', kind: 'image' },
      { ...plain, name: 'x', kind: 'number', range: { min: 0, max: 10 } },
      { ...plain, name: 'y', kind: 'number', range: { min: 1, max: 11 } },
    ]);
  });

  test('leads back to the inputs, also after it has travelled', () => {
    const inputs = [NUMBERS, CATEGORIES, TIMES, TEXT, IMAGE, WINDOW];
    const signature = signatureOf({ task: 'classification', rows: rowsOf(inputs) });
    const received = ModelSignature.decode(ModelSignature.encode(signature));
    expect(inputSpecsOf(received)).toEqual(inputs.map(({ spec }) => spec));
  });

  test('has the outputs of the task', () => {
    const outputs = (task: 'classification' | 'regression' | 'anomaly', target?: ModelRows['target']) =>
      signatureOf({ task, rows: rowsOf([NUMBERS], target) }).outputs.map(({ name, elementType, dims, meaning }) => [
        name,
        elementType,
        dims,
        meaning,
      ]);
    expect(outputs('classification')).toEqual([
      ['probabilities', 'float32', [-1, 2], 'probabilities'],
      ['class_index', 'int64', [-1], 'class_index'],
    ]);
    const number = { kind: 'number', column: 'litres', values: Float32Array.of(1, 0.3) } as const;
    expect(outputs('regression', number)).toEqual([['value', 'float32', [-1, 1], 'value']]);
    expect(outputs('anomaly').map(([name]) => name)).toEqual(['score', 'probabilities', 'class_index']);
  });

  test('names the target of a regression and the threshold of anomalies', () => {
    const target = { kind: 'number', column: 'litres', values: Float32Array.of(1, 0.3) } as const;
    const units = { litres: 'l' };
    const regression = signatureOf({ task: 'regression', rows: rowsOf([NUMBERS], target), units });
    expect(regression).toMatchObject({
      classes: [],
      target: { name: 'litres', unit: 'l', range: { min: 0.3, max: 1 } },
    });
    const anomaly = signatureOf({ task: 'anomaly', rows: rowsOf([NUMBERS]), threshold: 1.5 });
    expect(anomaly).toMatchObject({ classes: ['normal', 'anomaly'], threshold: 1.5 });
  });

  test('leaves the levels of a column open that has too many to tell odd ones', () => {
    const values = Array.from({ length: 1_001 }, (_, index) => `part ${index}`);
    const many = { ...CATEGORIES, values };
    const { inputs } = signatureOf({ task: 'classification', rows: { ...rowsOf([many]), rows: values.length } });
    expect(inputs[0]?.features[0]?.levels).toEqual([]);
  });

  test('knows no ranges where there are no rows', () => {
    const { inputs, classes } = classifierSignature(['a'], ['off', 'on']);
    expect(inputs[0]).toMatchObject({ name: 'features', dims: [-1, 1], features: [{ name: 'a', range: undefined }] });
    expect(classes).toEqual(['off', 'on']);
  });
});
