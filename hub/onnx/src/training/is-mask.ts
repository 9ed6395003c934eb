import type { TensorProto } from '../format/messages.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { hasExternalData } from '../tensor/external-data.ts';

/** What masks of attention add where nothing is to be seen: -10,000 in BERT, -1e9 or the lowest float elsewhere. */
const HIDDEN = -10_000;

/**
 * Whether a float32 constant says what an operator is to leave out, and so is nothing to learn: one that holds infinity,
 * one of zeros and numbers of at most -10,000 that is added, or one of zeros and ones that is multiplied with.
 */
export function isMask(constant: TensorProto, operator: string): boolean {
  if (hasExternalData(constant)) return false;
  const { type, data } = decodeTensor(constant);
  if (type !== 'float32' || data.length === 0) return false;
  if (!data.every(Number.isFinite)) return true;
  const hides = operator === 'Mul' ? (entry: number) => entry === 1 : (entry: number) => entry <= HIDDEN;
  return data.some(hides) && data.every((entry) => entry === 0 || hides(entry)) && data.includes(0);
}
