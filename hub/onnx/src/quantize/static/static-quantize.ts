import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel } from '../../graph/prune.ts';
import { sortNodes } from '../../graph/topology.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { planQuantization, type QuantizationScope } from '../plan/quantization-plan.ts';
import type { ValueRange } from './activation-quantization.ts';
import { denseConstants } from './dense-constants.ts';
import { fuseBias } from './fuse-bias.ts';
import { addIntegerDense } from './integer-dense.ts';
import { QuantizedActivations } from './quantized-activations.ts';

export interface StaticQuantizationOptions extends QuantizationScope {
  /** 7-bit weights, for processors without VNNI or a dot-product instruction. @default false */
  readonly reduceRange?: boolean;
}

/**
 * The model with u8 activations and s8 per-channel weights around every Gemm and MatMul, as pairs of QuantizeLinear and
 * DequantizeLinear that ONNX Runtime turns into integer kernels. What lies between them stays float.
 *
 * Behind a ReLU the zero-point is 0, so clamping to u8 is the ReLU and its node goes.
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
  const plan = planQuantization(base, options);
  const types = inferTypes(base);
  const graph = GraphBuilder.rewrite(base);
  const activations = new QuantizedActivations(graph, base.graph, plan.activations, ranges);
  const planned = new Map(plan.quantized.map((entry) => [entry.node, entry]));
  for (const node of sortNodes(base.graph.node)) {
    const entry = planned.get(node);
    if (entry) {
      const activation = activations.use(entry.activation);
      const constants = denseConstants(entry, types);
      addIntegerDense(graph, entry, { activation, constants, reduceRange: options.reduceRange ?? false });
    } else if (!activations.replaces(node)) {
      graph.keep(activations.rewired(node));
    }
  }
  return pruneModel(graph.build(), new Set(base.graph.input.map(({ name }) => name ?? '')));
}
