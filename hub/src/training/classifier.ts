import { GraphBuilder, joinModels, type Model } from '@edgeloop/onnx';
import { NETWORK_VALUES, type Network } from './network.ts';

/**
 * The whole model: raw `features` [batch, features] -> `logits` and `probabilities` [batch, classes], `class_index`
 * [batch].
 *
 * @param core the network's own, with the weights it shall have
 */
export function classifier({ preparation }: Network, core: Model, classes: number): Model {
  const graph = GraphBuilder.extend(joinModels(preparation, core));
  const { logits, probabilities, classIndex } = NETWORK_VALUES;
  graph.node('Softmax', [logits], { axis: 1 }, { outputs: [probabilities] });
  graph.node('ArgMax', [logits], { axis: 1, keepdims: 0 }, { outputs: [classIndex] });
  graph.output(probabilities, 'float32', ['batch', classes]);
  return graph.output(classIndex, 'int64', ['batch']).build();
}
