import type { ElementType, Tensor, ValueSummary } from '@edgeloop/onnx';
import { OutsideError } from '../../errors.ts';
import type { SeededRandom } from '../../training/seeded-random.ts';

/** Sample rates that speech models know. */
const SAMPLE_RATES = [16_000, 8_000] as const;
/** Of the waves of one made-up signal, by the length of the last dimension. */
const WAVES = 3;
const WORDS = ['the', 'quick', 'brown', 'fox', 'jumps', 'over', 'a', 'lazy', 'dog'] as const;
const INTEGERS: ReadonlySet<string> = new Set(['int8', 'int16', 'int32', 'int64', 'uint16', 'uint32', 'uint64']);

/** Of one input of one row: a quarter of a gibibyte of float32. */
const MOST_VALUES = 2 ** 26;

export interface MadeUpInput {
  readonly input: ValueSummary;
  readonly dims: readonly number[];
  /** Whole numbers lie below it: rows of the table that they look up. */
  readonly limit: number;
  /** Which of the values that a setting may have is tried. */
  readonly attempt: number;
}

/**
 * A value that looks like something: waves and noise for numbers, places of a table for whole ones.
 *
 * @throws OutsideError MODEL_INVALID for a type that nothing can be made up for, and for more than memory holds
 */
export function madeUpTensor({ input, dims, limit, attempt }: MadeUpInput, random: SeededRandom): Tensor {
  const { name, type } = input;
  const count = dims.reduce((product, size) => product * size, 1);
  if (count > MOST_VALUES) {
    const message = `input ${name} of [${dims.join(', ')}] has ${count} values, of which at most ${MOST_VALUES} are made up`;
    throw new OutsideError('MODEL_INVALID', message);
  }
  const below = (end: number): number => Math.floor(random.next() * end);
  if (type === 'float32') return { type, dims, data: signal(count, dims.at(-1) ?? 1, random) };
  if (type === 'float64') return { type, dims, data: Float64Array.from(signal(count, dims.at(-1) ?? 1, random)) };
  if (type === 'uint8') return { type, dims, data: Uint8Array.from({ length: count }, () => below(256)) };
  if (type === 'bool') return { type, dims, data: new Uint8Array(count).fill(1) };
  if (type === 'string')
    return { type, dims, data: Array.from({ length: count }, () => WORDS[below(WORDS.length)] ?? '') };
  if (type === undefined || !INTEGERS.has(type)) {
    throw new OutsideError(
      'MODEL_INVALID',
      `input ${name} is ${type ?? 'no tensor'}, for which nothing can be made up`,
    );
  }
  const setting = count === 1 ? settingOf(name, attempt) : undefined;
  const isMask = /mask/i.test(name);
  return wholeNumbers(
    type,
    dims,
    Array.from({ length: count }, () => setting ?? (isMask ? 1 : below(limit))),
  );
}

/** A single whole number is rather a setting than data. */
function settingOf(name: string, attempt: number): number {
  if (/(^|_)(sr|rate)$|sample_?rate/i.test(name)) return SAMPLE_RATES[attempt % SAMPLE_RATES.length] ?? 1;
  return attempt % 2 === 0 ? 1 : 0;
}

/** Between about -1 and 1; each has its own loudness, as readings differ from each other. */
function signal(count: number, length: number, random: SeededRandom): Float32Array {
  const loudness = 0.1 + 0.9 * random.next();
  const waves = Array.from({ length: WAVES }, () => ({
    step: (2 * Math.PI * (0.5 + random.next() * Math.max(1, length / 8))) / Math.max(1, length),
    phase: 2 * Math.PI * random.next(),
  }));
  const values = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    let sum = 0;
    for (const { step, phase } of waves) sum += Math.sin(at * step + phase);
    values[at] = loudness * (0.7 * (sum / WAVES) + 0.6 * (random.next() - 0.5));
  }
  return values;
}

function wholeNumbers(type: ElementType, dims: readonly number[], values: readonly number[]): Tensor {
  switch (type) {
    case 'int64':
      return { type, dims, data: BigInt64Array.from(values, BigInt) };
    case 'uint64':
      return { type, dims, data: BigUint64Array.from(values, BigInt) };
    case 'int32':
      return { type, dims, data: Int32Array.from(values) };
    case 'uint32':
      return { type, dims, data: Uint32Array.from(values) };
    case 'int16':
      return { type, dims, data: Int16Array.from(values) };
    case 'uint16':
      return { type, dims, data: Uint16Array.from(values) };
    default:
      return { type: 'int8', dims, data: Int8Array.from(values) };
  }
}
