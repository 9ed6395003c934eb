import { extractModel, GraphBuilder, type Model, scalar } from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import { OUTPUT_VALUES } from '../../predict-rows.ts';
import type { NumberObjective, Objective } from '../trainer/objective.ts';

/** A finished model up to where it is trained. */
export interface TrainedEnd {
  /** From the inputs of the finished model. */
  readonly model: Model;
  /** Logits, a number in deviations from its mean, or a reconstruction. */
  readonly output: string;
  /** What a reconstruction is compared with. */
  readonly target?: string;
  /** Value that everything which is trained leads to. */
  readonly joint: string;
}

type Node = Model['graph']['node'][number];

/**
 * Finds what the hub's own models are trained by among what they tell.
 *
 * @throws RequestError INVALID_INPUT for a model that tells it in another way
 */
export function trainedEnd(finished: Model, objective: Objective): TrainedEnd {
  switch (objective.kind) {
    case 'classes':
      return logits(finished);
    case 'number':
      return standardized(finished, objective);
    case 'reconstruction':
      return reconstruction(finished);
  }
}

/** Softmax of them gives the probabilities. */
function logits(finished: Model): TrainedEnd {
  const output = writer(finished, OUTPUT_VALUES.probabilities, 'Softmax').input[0] ?? '';
  return { model: upTo(finished, [output]), output, joint: output };
}

function standardized(finished: Model, { mean, deviation }: NumberObjective): TrainedEnd {
  const graph = GraphBuilder.extend(finished);
  const moved = graph.node('Sub', [OUTPUT_VALUES.value, graph.constant(scalar(mean))]);
  const output = graph.node('Div', [moved, graph.constant(scalar(deviation))]);
  return { model: upTo(graph.build(), [output]), output, joint: output };
}

/** The score is the mean of the squares of its distance from what came in. */
function reconstruction(finished: Model): TrainedEnd {
  const squares = writer(finished, OUTPUT_VALUES.score, 'ReduceMean').input[0] ?? '';
  const joint = writer(finished, squares, 'Mul').input[0] ?? '';
  const [output = '', target = ''] = writer(finished, joint, 'Sub').input;
  return { model: upTo(finished, [output, target, joint]), output, target, joint };
}

function writer({ graph }: Model, value: string, operator: string): Node {
  const node = graph.node.find(({ output }) => output.includes(value));
  if (node?.opType === operator) return node;
  const got = node ? node.opType : 'none';
  throw new RequestError('INVALID_INPUT', `training further: ${value} must be written by ${operator}, got ${got}`);
}

function upTo(model: Model, outputs: readonly string[]): Model {
  const constants = new Set(model.graph.initializer.map(({ name }) => name));
  const inputs = model.graph.input.flatMap(({ name }) => (constants.has(name) ? [] : (name ?? '')));
  return extractModel(model, inputs, [...new Set(outputs)]);
}
