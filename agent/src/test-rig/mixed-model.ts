import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FeatureSpec,
  GoldenVectors,
  type ModelSignature,
  type NamedTensor,
  type Release,
  type TensorSpec,
} from '@edgeloop/protocol';
import { OnnxModel } from '../inference/onnx-model.ts';
import { type AfterTest, temporaryFolder } from './agent-process.ts';
import { type Node, onnxBytes } from './onnx-bytes.ts';

/** Readings in a window of the mixed model. */
export const WINDOW_SIZE = 4;

const KNOWN_COLOURS = { red: 1, blue: -1 };
const KNOWN_TEXTS = { hello: 0.5, 'größe 📏': 2 };

/** Raw values of one row of the mixed model; what is left out is missing. */
export interface MixedRow {
  readonly heat?: number | undefined;
  readonly load?: number | undefined;
  readonly at?: number | undefined;
  readonly colour?: string | undefined;
  readonly note?: string | undefined;
  readonly pixels?: ArrayLike<number> | undefined;
  /** [reading][channel] */
  readonly window?: readonly (readonly number[])[] | undefined;
}

/** What the mixed model computes before its softmax, in double precision. */
export function mixedScore({ heat, load, at, colour = '', note = '', pixels = [], window = [] }: MixedRow): number {
  const known = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? 0 : value);
  const mean = (values: number[], count = values.length): number =>
    count === 0 ? 0 : values.map(known).reduce((sum, value) => sum + value, 0) / count;
  const parts = [
    (known(heat) + known(load)) / 2,
    at === undefined ? 0 : (at - 1.7e9) / 1e6,
    (KNOWN_COLOURS as Record<string, number>)[colour] ?? 0,
    (KNOWN_TEXTS as Record<string, number>)[note] ?? 0,
    mean(Array.from(pixels)) / 255,
    mean(
      window.flatMap((row) => [...row]),
      WINDOW_SIZE * 2,
    ),
  ];
  return parts.reduce((sum, part) => sum + part, 0);
}

/** Probability of class "high". */
export function mixedProbability(row: MixedRow): number {
  return 1 / (1 + Math.exp(-2 * mixedScore(row)));
}

/** A model with an input of every kind; what is missing counts as 0. Outputs "p", "index" and "word". */
export function mixedModel(): Uint8Array {
  const encoded = (input: string, output: string, table: Record<string, number>): Node => ({
    ...{ op: 'LabelEncoder', domain: 'ai.onnx.ml', inputs: [input], outputs: [output] },
    attributes: {
      keys_strings: { strings: Object.keys(table) },
      values_floats: { floats: Object.values(table) },
    },
  });
  const known = (input: string): Node[] => [
    { op: 'IsNaN', inputs: [input], outputs: [`${input}_nan`] },
    { op: 'Where', inputs: [`${input}_nan`, 'zero', input], outputs: [`${input}_known`] },
  ];
  const mean = (input: string, output: string, axes: number[]): Node => ({
    ...{ op: 'ReduceMean', inputs: [input], outputs: [`${output}_flat`] },
    attributes: { axes: { ints: axes }, keepdims: { int: 0 } },
  });
  const column = (output: string): Node => ({ op: 'Reshape', inputs: [`${output}_flat`, 'column'], outputs: [output] });
  return onnxBytes({
    nodes: [
      ...[...known('features'), mean('features_known', 's1', [1]), column('s1')],
      { op: 'Sub', inputs: ['times', 'epoch'], outputs: ['since'] },
      { op: 'Div', inputs: ['since', 'million'], outputs: ['millions'] },
      { op: 'Cast', inputs: ['millions'], outputs: ['when'], attributes: { to: { int: 1 } } },
      ...known('when'),
      encoded('categories', 's3', KNOWN_COLOURS),
      encoded('text', 's4', KNOWN_TEXTS),
      { op: 'Cast', inputs: ['image'], outputs: ['light'], attributes: { to: { int: 1 } } },
      ...[mean('light', 'mean', [1, 2, 3]), column('mean')],
      { op: 'Div', inputs: ['mean', 'white'], outputs: ['s5'] },
      ...[...known('window'), mean('window_known', 's6', [1, 2]), column('s6')],
      { op: 'Sum', inputs: ['s1', 'when_known', 's3', 's4', 's5', 's6'], outputs: ['score'] },
      { op: 'MatMul', inputs: ['score', 'sides'], outputs: ['logits'] },
      { op: 'Softmax', inputs: ['logits'], outputs: ['p'] },
      { op: 'ArgMax', inputs: ['p'], outputs: ['index'], attributes: { axis: { int: 1 }, keepdims: { int: 0 } } },
      {
        ...{ op: 'LabelEncoder', domain: 'ai.onnx.ml', inputs: ['index'], outputs: ['word'] },
        attributes: { keys_int64s: { ints: [0, 1] }, values_strings: { strings: ['high', 'low'] } },
      },
    ],
    inputs: [
      { name: 'features', type: 'float32', dims: [-1, 2] },
      { name: 'times', type: 'float64', dims: [-1, 1] },
      { name: 'categories', type: 'string', dims: [-1, 1] },
      { name: 'text', type: 'string', dims: [-1, 1] },
      { name: 'image', type: 'uint8', dims: [-1, -1, -1, 3] },
      { name: 'window', type: 'float32', dims: [-1, WINDOW_SIZE, 2] },
    ],
    outputs: [
      { name: 'p', type: 'float32', dims: [-1, 2] },
      { name: 'index', type: 'int64', dims: [-1] },
      { name: 'word', type: 'string', dims: [-1] },
    ],
    constants: [
      { name: 'zero', dims: [1], data: Float32Array.of(0) },
      { name: 'epoch', dims: [1], data: Float64Array.of(1.7e9) },
      { name: 'million', dims: [1], data: Float64Array.of(1e6) },
      { name: 'white', dims: [1], data: Float32Array.of(255) },
      { name: 'sides', dims: [1, 2], data: Float32Array.of(1, -1) },
      { name: 'column', dims: [2], data: BigInt64Array.of(-1n, 1n) },
    ],
  });
}

/** Signature of the mixed model. */
export function mixedSignature(): ModelSignature {
  const feature = (name: string, kind: string, parts: Partial<FeatureSpec> = {}): FeatureSpec => ({
    ...{ name, kind, unit: '', description: '', levels: [] },
    ...parts,
  });
  const spec = (name: string, elementType: string, dims: number[], parts: Partial<TensorSpec> = {}): TensorSpec => ({
    ...{ name, elementType, dims, features: [], meaning: '', layout: '', stride: 0 },
    ...parts,
  });
  const range = { min: -10, max: 10 };
  return {
    task: 'classification',
    inputs: [
      spec('features', 'float32', [-1, 2], {
        features: [feature('heat', 'number', { range }), feature('load', 'number')],
      }),
      spec('times', 'float64', [-1, 1], {
        features: [feature('at', 'time', { range: { min: 1.6e9, max: 1.8e9 } })],
      }),
      spec('categories', 'string', [-1, 1], {
        features: [feature('colour', 'category', { levels: Object.keys(KNOWN_COLOURS) })],
      }),
      spec('text', 'string', [-1, 1], { features: [feature('note', 'text')] }),
      spec('image', 'uint8', [-1, -1, -1, 3], { features: [feature('photo', 'image')], layout: 'NHWC' }),
      spec('window', 'float32', [-1, WINDOW_SIZE, 2], {
        features: [feature('x', 'number', { range }), feature('y', 'number')],
        stride: 2,
      }),
    ],
    outputs: [
      spec('p', 'float32', [-1, 2], { meaning: 'probabilities' }),
      spec('index', 'int64', [-1], { meaning: 'class_index' }),
      spec('word', 'string', [-1]),
    ],
    classes: ['high', 'low'],
    threshold: 0,
  };
}

/** A model in ONNX Runtime, from bytes. */
export async function loadedModel(
  bytes: Uint8Array,
  signature: ModelSignature,
  afterTest: AfterTest,
  digest: string = createHash('sha256').update(bytes).digest('hex'),
): Promise<OnnxModel> {
  const path = join(await temporaryFolder(afterTest), 'model');
  await writeFile(path, bytes);
  return OnnxModel.load({ path, digest, signature, threads: 1 });
}

/** Golden vectors of the mixed model: a full row and an empty one. */
export function mixedGolden(): Uint8Array {
  const window = [1, 2, 3, 4, 5, 6, 7, 8];
  const missing = (count: number): number[] => new Array<number>(count).fill(Number.NaN);
  const bytes = (array: Float32Array | Float64Array): Uint8Array => new Uint8Array(array.buffer);
  const numbers = (name: string, dims: number[], values: number[]): NamedTensor => ({
    ...{ name, elementType: 'float32', dims, strings: [] },
    data: bytes(Float32Array.from(values)),
  });
  const texts = (name: string, strings: string[]): NamedTensor => ({
    ...{ name, elementType: 'string', dims: [2, 1], data: new Uint8Array(), strings },
  });
  const known = [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ];
  const full = { heat: -2, load: 0.5, at: 1.7001e9, colour: 'red', note: 'größe 📏', pixels: [10, 20, 30, 40, 50, 60] };
  const p = [mixedProbability({ ...full, window: known }), mixedProbability({})];
  return GoldenVectors.encode({
    rows: 2,
    inputs: [
      numbers('features', [2, 2], [-2, 0.5, ...missing(2)]),
      {
        ...{ name: 'times', elementType: 'float64', dims: [2, 1], strings: [] },
        data: bytes(Float64Array.of(1.7001e9, Number.NaN)),
      },
      texts('categories', ['red', '']),
      texts('text', ['größe 📏', '']),
      {
        ...{ name: 'image', elementType: 'uint8', dims: [2, 1, 2, 3], strings: [] },
        data: Uint8Array.from([...full.pixels, 0, 0, 0, 0, 0, 0]),
      },
      numbers('window', [2, WINDOW_SIZE, 2], [...window, ...missing(8)]),
    ],
    outputs: [
      numbers(
        'p',
        [2, 2],
        p.flatMap((high) => [high, 1 - high]),
      ),
      { ...{ name: 'word', elementType: 'string', dims: [2], data: new Uint8Array() }, strings: ['high', 'high'] },
    ],
    // float32 against double precision: a few units in the last place of a number below 1.
    tolerance: 1e-6,
  });
}

/** Reference of the mixed model: times as numbers are, nothing of texts and images. */
export function mixedReference(): NonNullable<Release['reference']> {
  const feature = (name: string, kind: string, edges: number[], levels: string[] = []) => ({
    ...{ name, kind, edges, levels, bins: [], missing: 0, min: 0, max: 1, mean: 0.5, m2: 1 },
  });
  return {
    features: [
      feature('heat', 'number', [0]),
      feature('at', 'time', [1.7e9]),
      feature('colour', 'category', [], Object.keys(KNOWN_COLOURS)),
      feature('x', 'number', [0, 10]),
    ],
    ...{ predictedClasses: [], confidenceBins: [0, 0], accuracy: 0.9 },
    ...{ calibrationConfidence: [], calibrationAccuracy: [] },
  };
}
