import type { GraphBuilder } from '@edgeloop/onnx';
import { NETWORK_VALUES } from '../network/network.ts';

/** `logits` [batch, classes] -> `probabilities` [batch, classes], `class_index` [batch]. Returns the model's outputs. */
export function addClassHead(graph: GraphBuilder, classes: number): readonly string[] {
  const { logits, probabilities, classIndex } = NETWORK_VALUES;
  graph.node('Softmax', [logits], { axis: 1 }, { outputs: [probabilities] });
  graph.node('ArgMax', [logits], { axis: 1, keepdims: 0 }, { outputs: [classIndex] });
  graph.output(probabilities, 'float32', ['batch', classes]);
  graph.output(classIndex, 'int64', ['batch']);
  return [logits, probabilities, classIndex];
}
