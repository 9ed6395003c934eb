import type { Model } from '../../format/messages.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel, requiredInputs } from '../../graph/prune.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { fuseBias } from '../plan/fuse-bias.ts';
import type { QuantizationScope } from '../plan/quantization-plan.ts';
import type { ValueRange } from './activation-quantization.ts';
import { IntegerGraph } from './integer-graph.ts';

export interface StaticQuantizationOptions extends QuantizationScope {
  /** 7-bit weights, for processors without VNNI or a dot-product instruction. @default false */
  readonly reduceRange?: boolean;
  /**
   * A model that this function made earlier of the same graph with other weights: scales and zero-points that still fit
   * are kept, so that most integers stay the same and a delta between the two is small.
   */
  readonly previous?: Model;
  /**
   * Mean of the activation that each quantized node reads, by its name and per input channel (Conv: axis 1; Gemm and
   * MatMul: last axis). Biases are corrected for the rounding of the weights. @default no correction
   */
  readonly inputMeans?: ReadonlyMap<string, Float32Array>;
}

/**
 * The model with u8 activations and s8 per-channel weights around every Conv, Gemm and MatMul, as pairs of QuantizeLinear
 * and DequantizeLinear that ONNX Runtime turns into integer kernels. Values between them stay u8 where the operators do
 * that too: sums, joins, pools and what only moves entries. Everything else stays float.
 *
 * Behind a ReLU the zero-point is 0, so clamping to u8 is the ReLU and its node goes; likewise Clip.
 *
 * @param ranges of the values that `planQuantization` lists as activations
 * @throws UsageError RANGE_MISSING, ARGUMENT_INVALID
 * @throws ModelError OPSET_UNSUPPORTED where a model of an operator set before 13 cannot be upgraded
 */
export function staticQuantize(
  model: Model,
  ranges: ReadonlyMap<string, ValueRange>,
  options: StaticQuantizationOptions = {},
): Model {
  const base = fuseBias(upgradeOpset(model, OLDEST_SUPPORTED_OPSET));
  const quantized = new IntegerGraph(base, ranges, options).build();
  return pruneModel(quantized, requiredInputs(base));
}
