import { DATA_TYPE, type GraphBuilder, int64, scalar } from '@edgeloop/onnx';
import { OUTPUT_VALUES } from '../../predict-rows.ts';
import { NETWORK_VALUES } from '../network/network.ts';

/** Keeps a score of 0 away from a threshold of 0. */
const SMALLEST = 1e-12;

/** `reconstruction`, `reconstructed` [batch, size] -> `score` [batch], the mean squared error of a row. */
export function addScore(graph: GraphBuilder): string {
  const { reconstruction, reconstructed } = NETWORK_VALUES;
  const { score } = OUTPUT_VALUES;
  const error = graph.node('Sub', [reconstruction, reconstructed]);
  const squares = graph.node('Mul', [error, error]);
  graph.node('ReduceMean', [squares, graph.constant(int64([1]))], { keepdims: 0 }, { outputs: [score] });
  graph.output(score, 'float32', ['batch']);
  return score;
}

/**
 * `score` -> `probabilities` [batch, 2] of normal and anomaly, `class_index` [batch]. The probability of an anomaly is
 * score / (score + threshold): it rises with the score and is a half at the threshold. Returns the model's outputs.
 */
export function addAnomalyHead(graph: GraphBuilder, threshold: number): readonly string[] {
  const score = addScore(graph);
  const { probabilities, classIndex } = OUTPUT_VALUES;
  const limit = graph.constant(scalar(Math.max(SMALLEST, threshold)), 'threshold');
  const share = graph.node('Div', [score, graph.node('Add', [score, limit])]);
  const anomaly = graph.node('Reshape', [share, graph.constant(int64([-1, 1]))]);
  const normal = graph.node('Sub', [graph.constant(scalar(1)), anomaly]);
  graph.node('Concat', [normal, anomaly], { axis: 1 }, { outputs: [probabilities] });
  const isAnomaly = graph.node('GreaterOrEqual', [score, limit]);
  graph.node('Cast', [isAnomaly], { to: DATA_TYPE.int64 }, { outputs: [classIndex] });
  graph.output(probabilities, 'float32', ['batch', 2]);
  graph.output(classIndex, 'int64', ['batch']);
  return [score, probabilities, classIndex];
}
