import { type GraphBuilder, scalar } from '@edgeloop/onnx';
import { OUTPUT_VALUES } from '../../predict-rows.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { NumberObjective } from '../trainer/objective.ts';

/** `standardized` [batch, 1] -> `value` [batch, 1] in the unit of the target. Returns the model's outputs. */
export function addNumberHead(graph: GraphBuilder, { mean, deviation }: NumberObjective): readonly string[] {
  const { value } = OUTPUT_VALUES;
  const scaled = graph.node('Mul', [
    NETWORK_VALUES.standardized,
    graph.constant(scalar(deviation), 'target_deviation'),
  ]);
  graph.node('Add', [scaled, graph.constant(scalar(mean), 'target_mean')], {}, { outputs: [value] });
  graph.output(value, 'float32', ['batch', 1]);
  return [value];
}
