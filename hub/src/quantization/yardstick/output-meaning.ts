import { type Model, type Node, type Tensor, valueTypeOf } from '@edgeloop/onnx';
import { floatingValues } from './floating-values.ts';

/**
 * How two forms are compared by an output: `classes` by the largest entry along the last dimension, `symbols` by the
 * text that the largest entries spell, `numbers` by their error, `exact` by equality.
 */
export type OutputMeaning =
  | { readonly kind: 'classes' | 'numbers' | 'exact' }
  /** @param blank place of the symbol that stands for nothing */
  | { readonly kind: 'symbols'; readonly blank: number };

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
  if (values.some((entries) => entries === undefined)) return { kind: 'exact' };
  const classes = runs[0]?.dims.at(-1) ?? 0;
  const isSpread = runs.every(({ dims }) => dims.length >= 2 && dims.at(-1) === classes) && classes >= 2;
  if (!isSpread) return { kind: 'numbers' };
  const rows = values.flatMap((entries) => rowsOf(entries ?? new Float32Array(), classes));
  const places = rows.map(largestPlace);
  const looksLikeLogits = CLASS_NAMES.test(name) || ['Gemm', 'MatMul'].includes(lastProduct(model, name));
  const isOfClasses =
    rows.every(isDistribution) ||
    (looksLikeLogits && countOf(places, mostFrequent(places)) <= MOST_OF_ONE * rows.length);
  if (!isOfClasses) return { kind: 'numbers' };
  const blank = mostFrequent(places);
  return spellsText(model, runs, { blank, classes }) ? { kind: 'symbols', blank } : { kind: 'classes' };
}

/**
 * Whether positions are those of connectionist temporal classification: a long row of them from an image or a sound,
 * most often blank, with the blank first or last. Which position a symbol is told at is then left to chance; for words
 * of a text, which come as integers or texts, each position counts.
 *
 * @see Graves et al., Connectionist temporal classification, ICML 2006
 */
function spellsText(
  { graph }: Model,
  runs: readonly Tensor[],
  { blank, classes }: { readonly blank: number; readonly classes: number },
): boolean {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  const isMeasured = inputs.every((input) => FLOATING.has(valueTypeOf(input).type ?? ''));
  return (
    isMeasured && classes > 2 && (blank === 0 || blank === classes - 1) && runs.every(({ dims }) => dims.length === 3)
  );
}

const FLOATING: ReadonlySet<string> = new Set(['float32', 'float16', 'float64', 'uint8']);

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

function mostFrequent(places: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [-1, 0])[0];
}

function countOf(places: readonly number[], wanted: number): number {
  return places.filter((place) => place === wanted).length;
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
