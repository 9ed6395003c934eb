import { OnnxError } from '../errors.ts';
import type { TensorProto } from '../format/messages.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { fromFloat16Bits } from '../tensor/float16.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** How far the values of two tensors of one type and shape are apart. */
export interface TensorDifference {
  /** Largest distance between two entries; `undefined` for texts and where the values cannot be read. */
  readonly maxAbs: number | undefined;
  /** Share of entries that differ, from 0 to 1; `undefined` where the values cannot be read. */
  readonly changedShare: number | undefined;
}

/** `undefined` where both hold the same, however they are stored. */
export function tensorDifference(before: TensorProto, after: TensorProto): TensorDifference | undefined {
  if (sameBytes(before.rawData, after.rawData)) return undefined;
  const [left, right] = [readable(before), readable(after)];
  if (!left || !right || left.data.length !== right.data.length) return { maxAbs: undefined, changedShare: undefined };
  let [maxAbs, changed] = [0, 0];
  const numbers = [left, right].map(numbersOf);
  for (let at = 0; at < left.data.length; at++) {
    const [one, other] = [numbers[0]?.(at), numbers[1]?.(at)];
    if (one === other || (Number.isNaN(one) && Number.isNaN(other))) continue;
    changed += 1;
    maxAbs = Math.max(maxAbs, distance(one, other));
  }
  if (changed === 0) return undefined;
  return { maxAbs: left.type === 'string' ? undefined : maxAbs, changedShare: changed / left.data.length };
}

function sameBytes(left: Uint8Array | null | undefined, right: Uint8Array | null | undefined): boolean {
  if (!left || !right || left.length !== right.length) return false;
  return left.every((byte, at) => byte === right[at]);
}

/** Values in other files and of types that this package only carries cannot be read. */
function readable(proto: TensorProto): Tensor | undefined {
  try {
    return decodeTensor(proto);
  } catch (error) {
    if (error instanceof OnnxError) return undefined;
    throw error;
  }
}

type Entry = number | bigint | string | undefined;

function numbersOf(value: Tensor): (at: number) => Entry {
  const { type, data } = value;
  if (type === 'float16') return (at) => fromFloat16Bits(Number(data[at]));
  // The upper half of a float32.
  if (type === 'bfloat16') return (at) => new Float32Array(Uint32Array.of(Number(data[at]) << 16).buffer)[0];
  return (at) => data[at];
}

function distance(left: Entry, right: Entry): number {
  if (typeof left === 'bigint' && typeof right === 'bigint') return Number(left > right ? left - right : right - left);
  const apart = Math.abs(Number(left) - Number(right));
  // A number against NaN, or against an infinity.
  return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
}
