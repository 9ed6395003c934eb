import type { Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';

/** Bounds that a node holds values to. */
export interface Clamp {
  readonly low: number;
  readonly high: number;
}

/**
 * The bounds of a Relu or Clip whose work quantization can do: u8 values end where their range ends. Zero must lie
 * between the bounds, since every range contains it.
 */
export function clampOf(node: Node, types: InferredTypes): Clamp | undefined {
  if (!isStandardDomain(node.domain)) return undefined;
  if (node.opType === 'Relu') return { low: 0, high: Number.POSITIVE_INFINITY };
  if (node.opType !== 'Clip') return undefined;
  const [, low = '', high = ''] = node.input;
  const bounds = {
    low: low === '' ? Number.NEGATIVE_INFINITY : boundOf(low, types),
    high: high === '' ? Number.POSITIVE_INFINITY : boundOf(high, types),
  };
  return bounds.low <= 0 && bounds.high >= 0 ? bounds : undefined;
}

function boundOf(name: string, types: InferredTypes): number {
  const constant = types.constants.has(name) ? types.constants.get(name) : undefined;
  return constant?.type === 'float32' && constant.data.length === 1 ? (constant.data[0] ?? Number.NaN) : Number.NaN;
}
