import type { GoldenVectors, ModelSignature, NamedTensor } from '@edgeloop/protocol';
import { type Elements, readElements } from './ort-tensor.ts';
import type { OutputTensor } from './output-reader.ts';

/** How far computed outputs are from the golden ones. */
export interface Deviation {
  /** Infinity where no distance can be given: a missing or misshaped output, another text, NaN or infinity alone. */
  readonly largest: number;
  /** What is wrong, in a sentence; undefined when everything is as it should be. */
  readonly fault?: string | undefined;
}

interface Expected {
  readonly name: string;
  readonly dims: readonly number[];
  readonly elements: Elements;
}

type Outputs = Readonly<Record<string, OutputTensor>>;

const FLOAT_TYPES: ReadonlySet<string> = new Set(['float16', 'float32', 'double', 'float64']);

/**
 * Compares outputs with golden ones: shapes and all that is no floating-point number must be equal, floating-point
 * numbers within the tolerance, and NaN only equals NaN.
 *
 * A class that differs is no fault where the golden probabilities of both classes are so close that numbers within the
 * tolerance can say either.
 */
export function goldenDeviation(golden: GoldenVectors, outputs: Outputs, signature: ModelSignature): Deviation {
  if (golden.outputs.length === 0) return { largest: 0, fault: 'expected golden outputs, got none' };
  let worst: Deviation = { largest: 0 };
  for (const tensor of golden.outputs) {
    const found = tensorDeviation(tensor, outputs[tensor.name], golden, signature);
    // The first fault is told, the largest deviation counted.
    worst = { largest: Math.max(worst.largest, found.largest), fault: worst.fault ?? found.fault };
  }
  return worst;
}

function tensorDeviation(
  tensor: NamedTensor,
  got: OutputTensor | undefined,
  golden: GoldenVectors,
  signature: ModelSignature,
): Deviation {
  const expected = { ...tensor, elements: readElements(tensor.elementType, tensor.data, tensor.strings) };
  const misfit = shapeFault(expected, got);
  if (misfit !== undefined) return { largest: Number.POSITIVE_INFINITY, fault: `output ${tensor.name}: ${misfit}` };
  if (got === undefined) return { largest: 0 };
  if (FLOAT_TYPES.has(tensor.elementType)) return floatDeviation(expected, got, golden.tolerance);
  const meaning = signature.outputs.find(({ name }) => name === tensor.name)?.meaning;
  const ties = meaning === 'class_index' ? probabilitiesOf(golden, signature) : undefined;
  return exactDeviation(expected, got, (wanted, found, row) => ties?.(wanted, found, row) === true);
}

function shapeFault({ dims, elements }: Expected, got: OutputTensor | undefined): string | undefined {
  if (got === undefined) return 'expected a tensor, got none';
  const fits = dims.length === got.dims.length && dims.every((dim, axis) => dim === got.dims[axis]);
  if (!fits) return `expected shape [${dims}], got [${got.dims}]`;
  if (elements.length !== got.data.length) return `expected ${elements.length} elements, got ${got.data.length}`;
  return undefined;
}

function floatDeviation(expected: Expected, got: OutputTensor, tolerance: number): Deviation {
  let worst = -1;
  let largest = 0;
  for (let index = 0; index < expected.elements.length; index++) {
    const difference = distance(Number(expected.elements[index]), Number(got.data[index]));
    if (difference <= largest) continue;
    largest = difference;
    worst = index;
  }
  if (largest <= tolerance) return { largest };
  const [wanted, found] = [Number(expected.elements[worst]), Number(got.data[worst])];
  return {
    largest,
    fault: `output ${expected.name}${place(expected.dims, worst)}: expected ${wanted} within ${tolerance}, got ${found}`,
  };
}

/** Infinity between anything and NaN or an infinity that is not the same. */
function distance(expected: number, got: number): number {
  if (expected === got || (Number.isNaN(expected) && Number.isNaN(got))) return 0;
  const difference = Math.abs(expected - got);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

/** Whole numbers, truth values and texts. Their distance says nothing about the precision of a processor. */
function exactDeviation(
  expected: Expected,
  got: OutputTensor,
  isTie: (wanted: number, found: number, row: number) => boolean,
): Deviation {
  for (let index = 0; index < expected.elements.length; index++) {
    const [wanted, found] = [expected.elements[index], got.data[index]];
    if (wanted === found || isTie(Number(wanted), Number(found), index)) continue;
    const fault = `output ${expected.name}${place(expected.dims, index)}: expected ${wanted}, got ${found}`;
    return { largest: Number.POSITIVE_INFINITY, fault };
  }
  return { largest: 0 };
}

/** Whether the golden probabilities of two classes of a row are within the tolerance of one another, from both sides. */
function probabilitiesOf(
  golden: GoldenVectors,
  signature: ModelSignature,
): ((wanted: number, found: number, row: number) => boolean) | undefined {
  const name = signature.outputs.find(({ meaning }) => meaning === 'probabilities')?.name;
  const tensor = golden.outputs.find((output) => output.name === name);
  if (tensor === undefined || !FLOAT_TYPES.has(tensor.elementType)) return undefined;
  const values = readElements(tensor.elementType, tensor.data, tensor.strings);
  const classes = tensor.dims.at(-1) ?? 0;
  return (wanted, found, row) => {
    const [a, b] = [values[row * classes + wanted], values[row * classes + found]];
    if (a === undefined || b === undefined || found < 0 || found >= classes) return false;
    return Math.abs(Number(a) - Number(b)) <= 2 * golden.tolerance;
  };
}

/** " at [3, 1]", or nothing for a single number. */
function place(dims: readonly number[], index: number): string {
  if (dims.length === 0) return '';
  const at: number[] = [];
  let rest = index;
  for (const dim of dims.toReversed()) {
    at.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return ` at [${at.join(', ')}]`;
}
