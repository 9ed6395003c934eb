import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel, requiredInputs } from '../../graph/prune.ts';
import { sortNodes } from '../../graph/topology.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import type { QuantizationScope } from '../plan/quantization-plan.ts';
import { PreviousScales } from '../static/previous-scales.ts';
import { DynamicActivations } from './dynamic-activations.ts';
import { addDynamicAttention } from './dynamic-attention.ts';
import { addDynamicDense, type DynamicScope } from './dynamic-dense.ts';
import { addDynamicLstm } from './dynamic-lstm.ts';
import { type DynamicNode, dynamicPlan } from './dynamic-plan.ts';
import { StoredMatrices } from './stored-matrices.ts';

export interface DynamicQuantizationOptions extends QuantizationScope {
  /** 7-bit weights, for processors without VNNI or a dot-product instruction. @default false */
  readonly reduceRange?: boolean;
  /**
   * A model that this function made earlier of the same graph with other weights: scales that still fit are kept, so that
   * a delta between the two is small.
   */
  readonly previous?: Model;
}

/**
 * The model with every Gemm, MatMul, LSTM and com.microsoft.Attention in integers, activations quantized by the range
 * that each run has. `planDynamicQuantization` says which nodes stay in float and why.
 *
 * Needs no calibration; costs a pass over the activations per run. Models of an operator set before 13 are upgraded.
 *
 * @throws ModelError OPSET_UNSUPPORTED where they cannot be
 */
export function dynamicQuantize(given: Model, options: DynamicQuantizationOptions = {}): Model {
  const model = upgradeOpset(given, OLDEST_SUPPORTED_OPSET);
  const types = inferTypes(model);
  const graph = GraphBuilder.rewrite(model);
  const reduceRange = options.reduceRange ?? false;
  const previous = new PreviousScales(options.previous);
  const scope: DynamicScope = {
    ...{ graph, types, reduceRange, previous },
    activations: new DynamicActivations(graph),
    matrices: new StoredMatrices(graph, reduceRange, previous),
  };
  const planned = new Map(dynamicPlan(model, types, options).quantized.map((entry) => [entry.node, entry]));
  for (const node of sortNodes(model.graph.node)) {
    const entry = planned.get(node);
    if (entry) addInteger(scope, entry);
    else graph.keep(node);
  }
  return pruneModel(graph.build(), requiredInputs(model));
}

function addInteger(scope: DynamicScope, { node, operator, dense }: DynamicNode): void {
  if (dense) addDynamicDense(scope, dense);
  else if (operator === 'LSTM') addDynamicLstm(scope, node);
  else addDynamicAttention(scope, node);
}
