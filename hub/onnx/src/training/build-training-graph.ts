import { batchLast } from '../batch-last/batch-last.ts';
import { ModelError, UsageError } from '../errors.ts';
import type { Model } from '../format/messages.ts';
import { differentiate } from '../gradient/differentiate.ts';
import type { GradientRows } from '../gradient/gradient-rows.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { pruneModel } from '../graph/prune.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { withAlignedFeeds } from './aligned-feeds.ts';
import { deferWeights } from './defer-weights.ts';
import { forwardPart, type Weight, weightsOf } from './forward-part.ts';
import type { GradientGraph } from './gradient-source.ts';
import { lookedUpWeights } from './looked-up-weights.ts';
import { type AddedLosses, addLosses, type LossOptions } from './losses/add-losses.ts';
import { inTrainingMode } from './mode/training-mode.ts';
import { addOptimizer, DEFAULT_OPTIMIZER, type OptimizerOptions } from './optimizers/add-optimizer.ts';
import { averageWeights } from './optimizers/average-weights.ts';
import { clipGradients } from './optimizers/clip-gradients.ts';
import { OptimizerContext, type OptimizerParameter } from './optimizers/optimizer-context.ts';
import { squaredNorm } from './squared-norm.ts';
import { stepsInScan } from './steps-in-scan.ts';
import type { DeferredWeight, StateTensor, TrainedLoss, TrainingGraph, TrainingOptions } from './training-graph.ts';
import { partsAsInputs } from './weight-parts.ts';
import { weightsAsInputs } from './weights-as-inputs.ts';

/**
 * Turns a forward graph, losses and an optimizer into one graph of ordinary operators that makes one training step, or
 * several in a row.
 *
 * Weights, running statistics and optimizer state go in as inputs and come out as outputs. Nodes that the losses do not
 * need, such as a Softmax behind the logits, are left out. BatchNormalization and Dropout of the trained part work as in
 * training; in the forward graph they stay as they were.
 *
 * @throws ModelError OPERATOR_NOT_DIFFERENTIABLE, NOT_TRAINABLE, OPSET_UNSUPPORTED, EXTERNAL_DATA
 * @throws UsageError VALUE_UNKNOWN, ARGUMENT_INVALID
 */
export function buildTrainingGraph(forward: Model, options: TrainingOptions): TrainingGraph {
  const { loss, auxiliaryLosses = [], seed = 0, stepsPerRun = 1 } = options;
  requireSteps(stepsPerRun, options.deferredFrom);
  const losses = [loss, ...auxiliaryLosses];
  const outputs = losses.map(({ output }) => output);
  const read = [...outputs, ...losses.flatMap(({ labels = '' }) => (isWritten(forward, labels) ? labels : []))];
  for (const output of outputs) requireWritten(forward, output);
  const part = forwardPart(forward, read);
  const weights = weightsOf(part, options.trainable);
  const trained = weights.map(({ name }) => name);
  const mode = inTrainingMode(part, new Set(trained), seed);
  const statistics = mode.state.filter(({ kind }) => kind === 'statistic').map(({ name }) => name);
  const inputs = weightsAsInputs(mode.model, [...new Set([...trained, ...statistics])]);
  const { model, nodes, rules } = batchLast(inputs, read);
  const types = inferTypes(model);
  for (const { output } of losses) requireFloats(types, output);
  const graph = GraphBuilder.extend(model);
  const added = addLosses(graph, types, losses);
  const lookUps = lookedUpWeights(nodes, types, options.deferredFrom === undefined ? [] : trained);
  const notes = { inRows: new Map<string, readonly GradientRows[]>(), compact: new Map<string, () => string>() };
  const gradients = differentiate(graph, {
    ...{ types, nodes, rules, seeds: added.seeds, ...notes },
    wanted: [...trained, ...[...lookUps.values()].map(({ output }) => output)],
  });
  const learningRate = graph.freshInput('learning_rate', 'float32', []);
  const step = addStep(graph, { weights, gradients, types, lookUps, learningRate, ...notes }, options);
  const state = inOrder([...step.state, ...mode.state]);
  const ports = addOutputs(graph, losses, added, step, state);
  const feeds = new Set(part.graph.input.map(({ name }) => name ?? ''));
  return finished(graph, { ...step, state, learningRate, ports, total: added.total, stepsPerRun }, feeds);
}

interface Step {
  readonly state: readonly StateTensor[];
  readonly deferred: readonly DeferredWeight[];
  readonly norm: string | undefined;
  readonly scale: string | undefined;
}

interface Gradients extends Omit<GradientGraph, 'nodes' | 'batchRows'> {
  readonly weights: readonly Weight[];
  readonly learningRate: string;
}

/** Clipping, optimizer and averages. */
function addStep(graph: GraphBuilder, { weights, learningRate, ...parts }: Gradients, options: TrainingOptions): Step {
  const { optimizer = DEFAULT_OPTIMIZER, clipNorm, averageDecay, deferredFrom = Number.POSITIVE_INFINITY } = options;
  const parameters = weights.map((weight) => ({ ...weight, gradient: gradientOf(parts.gradients, weight.name) }));
  const isDeferred = ({ initial }: Weight): boolean => initial.length >= deferredFrom;
  const from = { ...parts, nodes: graph.graph().node, batchRows: options.batchRows };
  const norm = (parameter: OptimizerParameter) => squaredNorm(graph, parameter, from, isDeferred(parameter));
  const clipped = clipNorm === undefined ? undefined : clipGradients(graph, parameters, clipNorm, norm);
  const later = parameters.filter(isDeferred);
  const own = (clipped?.parameters ?? parameters).filter((parameter) => !isDeferred(parameter));
  const step = addOptimizer(new OptimizerContext(graph, own, learningRate), withoutNames(optimizer, later));
  const updated = own.map(({ gradient: _, ...weight }, at): StateTensor => {
    return { ...weight, kind: 'weight', output: step.weights[at] ?? weight.input };
  });
  const averages = averageDecay === undefined ? [] : averageWeights(graph, updated, averageDecay);
  return {
    state: [...updated, ...step.state, ...averages],
    deferred: deferWeights(graph, later, from, options),
    norm: clipped?.norm,
    scale: later.length === 0 ? undefined : clipped?.scale,
  };
}

/** The optimizer for other weights than these. */
function withoutNames(optimizer: OptimizerOptions, weights: readonly Weight[]): OptimizerOptions {
  const { decayed } = optimizer;
  if (typeof decayed !== 'object') return optimizer;
  return { ...optimizer, decayed: decayed.filter((name) => !weights.some((weight) => weight.name === name)) };
}

const KINDS: readonly StateTensor['kind'][] = ['weight', 'statistic', 'optimizer', 'average'];

function inOrder(state: readonly StateTensor[]): StateTensor[] {
  return KINDS.flatMap((kind) => state.filter((tensor) => tensor.kind === kind));
}

/** Makes losses and state outputs of the graph; the total is one of its own unless it is the only loss. */
function addOutputs(
  graph: GraphBuilder,
  losses: readonly LossOptions[],
  added: AddedLosses,
  { norm, scale }: Step,
  state: readonly StateTensor[],
): TrainedLoss[] {
  const ports = losses.map((options, at) => lossPort(options, added, at));
  const figures = [added.total, ...ports.map(({ loss }) => loss), norm, scale];
  for (const name of new Set(figures)) if (name !== undefined) graph.output(name, 'float32', []);
  for (const { output, dims } of state) graph.output(output, 'float32', dims);
  return ports;
}

function lossPort(options: LossOptions, { parts }: AddedLosses, at: number): TrainedLoss {
  const { labels = '', loss = '', rowWeights } = parts[at] ?? {};
  return { options, labels, loss, ...(rowWeights === undefined ? {} : { rowWeights }) };
}

interface Parts extends Step {
  readonly learningRate: string;
  readonly ports: readonly TrainedLoss[];
  readonly total: string;
  readonly stepsPerRun: number;
}

function finished(graph: GraphBuilder, parts: Parts, forwardInputs: ReadonlySet<string>): TrainingGraph {
  const { state, learningRate, ports, total, norm, scale, stepsPerRun } = parts;
  const weights = [...state, ...parts.deferred].map(({ input }) => input);
  const own = new Set([...weights, learningRate]);
  for (const { labels, rowWeights = '' } of ports) {
    // Labels that are an input of the forward graph stay a feed.
    for (const name of [labels, rowWeights]) if (!forwardInputs.has(name)) own.add(name);
  }
  const { model, weights: deferred } = partsAsInputs(pruneModel(graph.build(), own), parts.deferred);
  for (const part of deferred.flatMap((weight) => weight.parts)) own.add(part.input);
  const carried = new Set(weights);
  const single = withAlignedFeeds(model, (input) => !carried.has(input));
  const inputs = single.graph.input.map(({ name }) => name ?? '');
  const [main] = ports;
  return {
    model: stepsPerRun === 1 ? single : stepsInScan(single, state),
    feeds: inputs.filter((input) => !own.has(input)),
    labels: main?.labels ?? '',
    ...(main?.rowWeights === undefined ? {} : { rowWeights: main.rowWeights }),
    ...(norm === undefined ? {} : { gradientNorm: norm }),
    ...(scale === undefined ? {} : { gradientScale: scale }),
    ...{ learningRate, loss: total, losses: ports, stepsPerRun, state, deferred },
  };
}

function gradientOf(gradients: ReadonlyMap<string, string>, name: string): string {
  const gradient = gradients.get(name);
  if (gradient !== undefined) return gradient;
  const message = `Initializer ${name} must influence the loss, got no path`;
  throw new ModelError('NOT_TRAINABLE', message, { place: { value: name } });
}

function isWritten({ graph }: Model, value: string): boolean {
  return graph.node.some(({ output }) => value !== '' && output.includes(value));
}

function requireWritten(forward: Model, output: string): void {
  if (isWritten(forward, output)) return;
  const message = `Loss output ${output} must be written by a node, got no such value`;
  throw new UsageError('VALUE_UNKNOWN', message, { place: { value: output } });
}

function requireFloats(types: InferredTypes, output: string): void {
  const { type } = types.typeOf(output);
  if (type === undefined || type === 'float32') return;
  const message = `Loss output ${output} must be float32, got ${type}`;
  throw new ModelError('NOT_TRAINABLE', message, { place: { value: output } });
}

function requireSteps(steps: number, deferredFrom: number | undefined): void {
  if (deferredFrom !== undefined && steps > 1) {
    throw new UsageError('ARGUMENT_INVALID', `stepsPerRun must be 1 with deferred weights, got ${steps}`);
  }
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new UsageError('ARGUMENT_INVALID', `stepsPerRun must be a whole number of at least 1, got ${steps}`);
}
