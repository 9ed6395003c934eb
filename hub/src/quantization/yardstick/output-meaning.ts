import type { Model, Node, Tensor } from '@edgeloop/onnx';
import { floatingValues } from './floating-values.ts';

/**
 * How two forms are compared by an output: `classes` by the largest entry along the last dimension, `numbers` by their
 * error, `exact` by equality.
 */
export type OutputMeaning = 'classes' | 'numbers' | 'exact';

/** Probabilities of float32 add up to 1 within this. */
const SUM_TOLERANCE = 1e-3;
/** Where one place has the largest entry more often than this, it says nothing about a form. */
const MOST_OF_ONE = 0.9;
/** Operators between the last product of a classifier and its output that keep what the last dimension means. */
const TRANSPARENT: ReadonlySet<string> = new Set(['Add', 'Identity', 'Cast', 'Reshape', 'Squeeze', 'Transpose']);
const CLASS_NAMES = /logit|class|prob|score|label|softmax/i;

/** What an output of float32 means, by its values in some runs and by what computes it. */
export function outputMeaning(model: Model, name: string, runs: readonly Tensor[]): OutputMeaning {
  const values = runs.map(floatingValues);
  if (values.some((entries) => entries === undefined)) return 'exact';
  const classes = runs[0]?.dims.at(-1) ?? 0;
  const isSpread = runs.every(({ dims }) => dims.length >= 2 && dims.at(-1) === classes) && classes >= 2;
  if (!isSpread) return 'numbers';
  const rows = values.flatMap((entries) => rowsOf(entries ?? new Float32Array(), classes));
  if (rows.every(isDistribution)) return 'classes';
  const looksLikeLogits = CLASS_NAMES.test(name) || ['Gemm', 'MatMul'].includes(lastProduct(model, name));
  return looksLikeLogits && largestShare(rows.map(largestPlace)) <= MOST_OF_ONE ? 'classes' : 'numbers';
}

type Floats = Float32Array | Float64Array;

function rowsOf(values: Floats, size: number): Floats[] {
  return Array.from({ length: values.length / size }, (_, row) => values.subarray(row * size, (row + 1) * size));
}

function isDistribution(row: Floats): boolean {
  let sum = 0;
  for (const value of row) {
    if (!(value >= 0)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) <= SUM_TOLERANCE;
}

/** Place of the largest entry, the first of equal ones; -1 where none is a number. */
export function largestPlace(row: Floats): number {
  let [place, largest] = [-1, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < row.length; at++) {
    const value = row[at] ?? Number.NaN;
    if (value > largest || (place === -1 && value === largest)) [place, largest] = [at, value];
  }
  return place;
}

function largestShare(places: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return Math.max(0, ...counts.values()) / Math.max(1, places.length);
}

function lastProduct(model: Model, output: string): string {
  const producers = new Map<string, Node>(
    model.graph.node.flatMap((node) => node.output.map((name): [string, Node] => [name, node])),
  );
  let node = producers.get(output);
  while (node !== undefined && TRANSPARENT.has(node.opType ?? '')) {
    // Of an Add one side is a constant bias.
    node = node.input
      .map((name) => producers.get(name))
      .find((producer) => producer?.opType !== 'Constant' && producer);
  }
  return node?.opType ?? '';
}
