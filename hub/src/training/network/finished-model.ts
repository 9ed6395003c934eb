import { extractModel, GraphBuilder, joinModels, type Model, optimize } from '@edgeloop/onnx';
import { addAnomalyHead } from '../heads/anomaly-head.ts';
import { addClassHead } from '../heads/class-head.ts';
import { addNumberHead } from '../heads/number-head.ts';
import type { Objective } from '../trainer/objective.ts';
import type { Network } from './network.ts';

/**
 * The whole model: raw inputs -> what it tells, without what only training needs.
 *
 * - classes: `logits`, `probabilities` [batch, classes], `class_index` [batch]
 * - a number: `value` [batch, 1]
 * - anomalies: `score` [batch], `probabilities` [batch, 2], `class_index` [batch]
 *
 * @param core the network's own, with the weights it shall have
 * @param threshold score from which on a row is an anomaly
 */
export function finishedModel(
  { preparation }: Pick<Network, 'preparation'>,
  core: Model,
  objective: Objective,
  threshold: number,
): Model {
  const graph = GraphBuilder.extend(joinModels(preparation, core));
  const outputs = addHead(graph, objective, threshold);
  const whole = graph.build();
  const constants = new Set(preparation.graph.initializer.map(({ name }) => name));
  const inputs = preparation.graph.input.flatMap(({ name }) => (constants.has(name) ? [] : (name ?? '')));
  return optimize(extractModel(whole, inputs, outputs)).model;
}

function addHead(graph: GraphBuilder, objective: Objective, threshold: number): readonly string[] {
  switch (objective.kind) {
    case 'classes':
      return addClassHead(graph, objective.classes.length);
    case 'number':
      return addNumberHead(graph, objective);
    case 'reconstruction':
      return addAnomalyHead(graph, threshold);
  }
}
