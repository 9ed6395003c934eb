import { ModelError, UsageError } from '../errors.ts';
import { type Graph, type Model, withGraph } from '../format/messages.ts';
import { differentiate } from '../gradient/differentiate.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { requireOpset } from '../graph/opset.ts';
import { neededValues, pruneModel } from '../graph/prune.ts';
import { sortNodes } from '../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { addAdam } from './adam.ts';
import type { LossRule } from './losses/loss-rule.ts';
import { addMeanSquaredError } from './losses/mean-squared-error.ts';
import { addSoftmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
import { trainableParameters } from './trainable-parameters.ts';
import type { LossKind, LossOptions, StateTensor, TrainingGraph, TrainingOptions } from './training-graph.ts';

const LOSSES: Readonly<Record<LossKind, LossRule>> = {
  'softmax-cross-entropy': addSoftmaxCrossEntropy,
  'mean-squared-error': addMeanSquaredError,
};

type Weight = Omit<StateTensor, 'output'>;

/**
 * Turns a forward graph, a loss and an optimizer into one graph of ordinary operators that makes one training step.
 *
 * Weights and optimizer state go in as inputs and come out as outputs. Nodes that the loss does not need, such as a
 * Softmax behind the logits, are left out.
 *
 * @throws ModelError OPERATOR_NOT_DIFFERENTIABLE, NOT_TRAINABLE, OPSET_UNSUPPORTED, EXTERNAL_DATA
 * @throws UsageError VALUE_UNKNOWN, ARGUMENT_INVALID
 */
export function buildTrainingGraph(forward: Model, options: TrainingOptions): TrainingGraph {
  requireOpset(forward, 'to be trained');
  const types = inferTypes(forward);
  checkLossOutput(forward, types, options.loss);
  const weights = weightsOf(forward, options);
  const graph = GraphBuilder.extend(withWeightsAsInputs(forward, weights));
  const added = LOSSES[options.loss.kind]({ graph, options: options.loss, output: types.typeOf(options.loss.output) });
  const learningRate = graph.freshInput('learning_rate', 'float32', []);
  const gradients = differentiate(graph, {
    types,
    nodes: neededNodes(forward.graph, options.loss.output),
    seeds: new Map([[options.loss.output, added.gradient]]),
    wanted: weights.map(({ name }) => name),
  });
  const parameters = weights.map((state) => ({ state, gradient: gradientOf(gradients, state.name) }));
  const state = addAdam(graph, parameters, learningRate, options.optimizer);
  graph.output(added.loss, 'float32', []);
  for (const { output, dims } of state) graph.output(output, 'float32', dims);
  const own = [...state.map(({ input }) => input), added.labels, added.rowWeights ?? '', learningRate];
  const model = pruneModel(graph.build(), new Set(own));
  const inputs = model.graph.input.map((input) => input.name ?? '');
  return {
    ...{ model, state, learningRate },
    feeds: inputs.filter((input) => !own.includes(input)),
    labels: added.labels,
    ...(added.rowWeights === undefined ? {} : { rowWeights: added.rowWeights }),
    loss: added.loss,
  };
}

function neededNodes(graph: Graph, output: string): Graph['node'] {
  const nodes = sortNodes(graph.node);
  const needed = neededValues({ ...graph, node: nodes }, [output]);
  return nodes.filter((node) => node.output.some((value) => needed.has(value)));
}

function weightsOf(forward: Model, options: TrainingOptions): Weight[] {
  const { graph } = forward;
  const needed = neededValues({ ...graph, node: sortNodes(graph.node) }, [options.loss.output]);
  const names = options.trainable ?? trainableParameters(forward).filter((name) => needed.has(name));
  if (names.length === 0) {
    throw new ModelError('NOT_TRAINABLE', 'Graph must have a trainable initializer, got none');
  }
  const initializers = new Map(graph.initializer.map((initializer) => [initializer.name ?? '', initializer]));
  return names.map((name) => {
    const initializer = initializers.get(name);
    const place = { place: { value: name } };
    if (!initializer) throw new UsageError('VALUE_UNKNOWN', `Initializer ${name} must exist, got none`, place);
    const { type, dims, data } = decodeTensor(initializer);
    if (type === 'float32') return { name, input: name, dims, initial: data };
    throw new ModelError('NOT_TRAINABLE', `Initializer ${name} must be float32, got ${type}`, place);
  });
}

/** The forward graph with nodes in order, without outputs, and with the weights as inputs. */
function withWeightsAsInputs(forward: Model, weights: readonly Weight[]): Model {
  const { graph } = forward;
  const names = new Set(weights.map(({ name }) => name));
  const constants = new Set(graph.initializer.map((initializer) => initializer.name));
  const declared = new GraphBuilder();
  for (const { name, dims } of weights) declared.input(name, 'float32', dims);
  return withGraph(forward, {
    node: sortNodes(graph.node),
    initializer: graph.initializer.filter(({ name }) => !names.has(name ?? '')),
    // Old models list initializers as inputs too; left there, they would look like data.
    input: [...graph.input.filter(({ name }) => !constants.has(name)), ...declared.graph().input],
    output: [],
    valueInfo: graph.valueInfo.filter(({ name }) => !names.has(name ?? '')),
  });
}

function gradientOf(gradients: Map<string, string>, name: string): string {
  const gradient = gradients.get(name);
  if (gradient !== undefined) return gradient;
  const message = `Initializer ${name} must influence the loss, got no path`;
  throw new ModelError('NOT_TRAINABLE', message, { place: { value: name } });
}

function checkLossOutput({ graph }: Model, types: InferredTypes, { output }: LossOptions): void {
  const place = { place: { value: output } };
  if (!graph.node.some((node) => node.output.includes(output))) {
    throw new UsageError('VALUE_UNKNOWN', `Loss output ${output} must be written by a node, got no such value`, place);
  }
  const { type } = types.typeOf(output);
  if (type !== undefined && type !== 'float32') {
    throw new ModelError('NOT_TRAINABLE', `Loss output ${output} must be float32, got ${type}`, place);
  }
}
