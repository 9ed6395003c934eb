import type { Model } from '../../format/messages.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { type KeptNode, type QuantizationScope, type QuantizedNode, weightedNodes } from '../plan/quantization-plan.ts';
import type { KeptReason } from '../plan/reason-to-keep.ts';

export interface WeightOnlyScope extends QuantizationScope {
  /** Layers with fewer weights stay in float. @default DEFAULT_MIN_ELEMENTS */
  readonly minElements?: number;
}

/**
 * 256 x 256. Below it a block-quantized product takes longer than the float one at any batch size; from 512 x 512 on it
 * is faster at a batch of one (1.4 and 1.8 times for 8 and 4 bits), at 4096 x 4096 five to ten times.
 */
export const DEFAULT_MIN_ELEMENTS: number = 2 ** 16;

/** A layer whose weights stay float32, with why: `too-small` for one below `minElements`. */
export interface WeightOnlyKeptNode extends Omit<KeptNode, 'reason'> {
  readonly reason: KeptReason | 'too-small';
}

/** Which dense layers get smaller weights, and why the others do not. Of convolutions nothing is told. */
export interface WeightOnlyPlan {
  readonly quantized: readonly QuantizedNode[];
  readonly kept: readonly WeightOnlyKeptNode[];
}

/** Looks at every Gemm and MatMul of a model of operator set 13 or newer. */
export function planWeightOnlyQuantization(model: Model, scope: WeightOnlyScope = {}): WeightOnlyPlan {
  return weightOnlyPlan(model, inferTypes(model), scope);
}

/** @package */
export function weightOnlyPlan(model: Model, types: InferredTypes, scope: WeightOnlyScope): WeightOnlyPlan {
  const least = scope.minElements ?? DEFAULT_MIN_ELEMENTS;
  const { quantized, kept } = weightedNodes(model, types, scope);
  const dense = quantized.filter(({ operator }) => operator !== 'Conv');
  const isLarge = ({ weight }: QuantizedNode): boolean => elementsOf(weight, types) >= least;
  const small = dense.filter((entry) => !isLarge(entry));
  return {
    quantized: dense.filter(isLarge),
    kept: [
      ...kept.filter(({ operator }) => operator === 'Gemm' || operator === 'MatMul'),
      ...small.map(({ node, name, operator }) => ({ node, name, operator, reason: 'too-small' as const })),
    ],
  };
}

function elementsOf(name: string, types: InferredTypes): number {
  return (types.typeOf(name).dims ?? []).reduce<number>((product, dim) => product * Number(dim), 1);
}
