import { ModelError, UsageError } from '../errors.ts';
import { type Graph, type Model, withGraph } from '../format/messages.ts';
import { differentiate } from '../gradient/differentiate.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { requireOpset } from '../graph/opset.ts';
import { neededValues, pruneModel } from '../graph/prune.ts';
import { sortNodes } from '../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { type AddedLosses, addLosses, type LossOptions } from './losses/add-losses.ts';
import { addOptimizer, DEFAULT_OPTIMIZER } from './optimizers/add-optimizer.ts';
import { averageWeights } from './optimizers/average-weights.ts';
import { clipGradients } from './optimizers/clip-gradients.ts';
import { OptimizerContext, type OptimizerParameter } from './optimizers/optimizer-context.ts';
import { stepsInScan } from './steps-in-scan.ts';
import { trainableParameters } from './trainable-parameters.ts';
import type { StateTensor, TrainedLoss, TrainingGraph, TrainingOptions } from './training-graph.ts';

type Weight = Omit<OptimizerParameter, 'gradient'>;

/**
 * Turns a forward graph, losses and an optimizer into one graph of ordinary operators that makes one training step.
 *
 * Weights and optimizer state go in as inputs and come out as outputs. Nodes that the losses do not need, such as a
 * Softmax behind the logits, are left out.
 *
 * @throws ModelError OPERATOR_NOT_DIFFERENTIABLE, NOT_TRAINABLE, OPSET_UNSUPPORTED, EXTERNAL_DATA
 * @throws UsageError VALUE_UNKNOWN, ARGUMENT_INVALID
 */
export function buildTrainingGraph(forward: Model, options: TrainingOptions): TrainingGraph {
  requireOpset(forward, 'to be trained');
  const losses = [options.loss, ...(options.auxiliaryLosses ?? [])];
  const types = inferTypes(forward);
  for (const loss of losses) checkLossOutput(forward, types, loss);
  const outputs = losses.map(({ output }) => output);
  const weights = weightsOf(forward, outputs, options.trainable);
  const graph = GraphBuilder.extend(withWeightsAsInputs(forward, weights));
  const added = addLosses(graph, types, losses);
  const learningRate = graph.freshInput('learning_rate', 'float32', []);
  const gradients = differentiate(graph, {
    types,
    nodes: neededNodes(forward.graph, outputs),
    seeds: added.seeds,
    wanted: weights.map(({ name }) => name),
  });
  const parameters = weights.map((weight) => ({ ...weight, gradient: gradientOf(gradients, weight.name) }));
  const { state, norm } = addStep(graph, parameters, learningRate, options);
  const ports = losses.map((loss, at) => lossPort(graph, loss, added, at));
  const total = outputOnce(graph, ports, added.total);
  if (norm !== undefined) graph.output(norm, 'float32', []);
  for (const { output, dims } of state) graph.output(output, 'float32', dims);
  const own = new Set([...state.map(({ input }) => input), ...ownInputs(forward, ports), learningRate]);
  const single = pruneModel(graph.build(), own);
  const inputs = single.graph.input.map((input) => input.name ?? '');
  const { stepsPerRun = 1 } = options;
  requireSteps(stepsPerRun);
  const model = stepsPerRun === 1 ? single : stepsInScan(single, state);
  const [main] = ports;
  return {
    ...{ model, state, learningRate, losses: ports, loss: total },
    feeds: inputs.filter((input) => !own.has(input)),
    labels: main?.labels ?? '',
    ...(main?.rowWeights === undefined ? {} : { rowWeights: main.rowWeights }),
    ...(norm === undefined ? {} : { gradientNorm: norm }),
    stepsPerRun,
  };
}

/** Clipping, optimizer and averages: the state that a step reads and writes, in the order of `TrainingGraph.state`. */
function addStep(
  graph: GraphBuilder,
  parameters: readonly OptimizerParameter[],
  learningRate: string,
  { optimizer = DEFAULT_OPTIMIZER, clipNorm, averageDecay }: TrainingOptions,
): { readonly state: StateTensor[]; readonly norm: string | undefined } {
  const clipped = clipNorm === undefined ? undefined : clipGradients(graph, parameters, clipNorm);
  const context = new OptimizerContext(graph, clipped?.parameters ?? parameters, learningRate);
  const step = addOptimizer(context, optimizer);
  const weights = parameters.map(({ name, input, dims, initial }, at): StateTensor => {
    return { name, kind: 'weight', input, output: step.weights[at] ?? input, dims, initial };
  });
  const averages = averageDecay === undefined ? [] : averageWeights(graph, weights, averageDecay);
  return { state: [...weights, ...step.state, ...averages], norm: clipped?.norm };
}

function lossPort(graph: GraphBuilder, options: LossOptions, added: AddedLosses, at: number): TrainedLoss {
  const part = added.parts[at];
  const loss = part?.loss ?? '';
  graph.output(loss, 'float32', []);
  const rowWeights = part?.rowWeights;
  return { options, labels: part?.labels ?? '', loss, ...(rowWeights === undefined ? {} : { rowWeights }) };
}

/** The total is an output of its own unless it is the only loss. */
function outputOnce(graph: GraphBuilder, ports: readonly TrainedLoss[], total: string): string {
  if (!ports.some(({ loss }) => loss === total)) graph.output(total, 'float32', []);
  return total;
}

/** Inputs for labels and row weights; labels that are an input of the forward graph stay a feed. */
function ownInputs({ graph }: Model, ports: readonly TrainedLoss[]): string[] {
  const feeds = new Set(graph.input.map(({ name }) => name));
  return ports.flatMap(({ labels, rowWeights }) => [labels, rowWeights ?? '']).filter((name) => !feeds.has(name));
}

function neededNodes(graph: Graph, outputs: readonly string[]): Graph['node'] {
  const nodes = sortNodes(graph.node);
  const needed = neededValues({ ...graph, node: nodes }, outputs);
  return nodes.filter((node) => node.output.some((value) => needed.has(value)));
}

function weightsOf(forward: Model, outputs: readonly string[], trainable?: readonly string[]): Weight[] {
  const { graph } = forward;
  const needed = neededValues({ ...graph, node: sortNodes(graph.node) }, outputs);
  const names = trainable ?? trainableParameters(forward).filter((name) => needed.has(name));
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

function requireSteps(steps: number): void {
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new UsageError('ARGUMENT_INVALID', `stepsPerRun must be a whole number of at least 1, got ${steps}`);
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
