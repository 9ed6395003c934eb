import {
  blockingNodes,
  extractModel,
  GraphBuilder,
  type Model,
  optimize,
  renameModelValues,
  splitModel,
  trainableParameters,
  valuesBehind,
} from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import { entries } from '../../row-feeds.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import { type FrozenEnd, frozenEnd } from '../fine-tuning/frozen-end.ts';
import { NETWORK_VALUES, type Network } from '../network/network.ts';
import type { Objective } from '../trainer/objective.ts';
import { frozenFrontier } from './frozen-frontier.ts';
import { packedHalves } from './packed-halves.ts';
import { readableInputs } from './readable-inputs.ts';
import { type TrainedEnd, trainedEnd } from './trained-end.ts';

/**
 * The network of a finished model, to train its weights further: what comes in front of the first of them is the
 * preparation. Weights that no gradient reaches stay as they are.
 *
 * @param finished a model of the hub, also one with fake quantization or masks; its weights in initializers
 * @throws RequestError INVALID_INPUT when there is nothing to train, or what comes in front of it cannot be kept
 */
export function finishedNetwork(finished: Model, objective: Objective, rows: ModelRows): Network {
  const end = trainedEnd(readableInputs(finished), objective);
  const trainable = reachedWeights(extractModel(end.model, inputsOf(end.model), [end.output]));
  const cut = frozenEnd(end.model, {
    ...{ inputs: inputsOf(end.model), output: end.joint, trainable, rows: rows.rows },
    rowValues: rows.inputs.reduce((sum, { dims }) => sum + entries(dims), 0),
  });
  const { front, back, output, dims } = cut ? halves(end, cut) : parts(end, trainable);
  return { preparation: optimize(front).model, preparedDims: dims, parts: [], core: back, output, trainable };
}

interface Halves {
  readonly front: Model;
  readonly back: Model;
  readonly output: string;
  /** Shape of a row in between. */
  readonly dims: readonly number[];
}

function reachedWeights(model: Model): readonly string[] {
  const all = trainableParameters(model);
  const reached =
    blockingNodes(model, all).length === 0 ? all : all.filter((name) => blockingNodes(model, [name]).length === 0);
  if (reached.length > 0) return reached;
  throw new RequestError('INVALID_INPUT', 'training further: the model must have a weight to train, got none');
}

/** The model cut in two, with the values that training looks for under their names. */
function halves(end: TrainedEnd, cut: FrozenEnd): Halves {
  const { prepared, reconstructed } = NETWORK_VALUES;
  const isInput = end.target === cut.value;
  const names = new Map<string, string>([[cut.value, prepared]]);
  if (end.target !== undefined && !isInput) names.set(end.target, reconstructed);
  const outputs = [end.output, ...(end.target === undefined || isInput ? [] : [end.target])];
  const model = renamed(extractModel(end.model, inputsOf(end.model), outputs), names);
  const { front, back } = splitModel(model, prepared);
  if (!isInput) return { front, back, output: end.output, dims: cut.dims };
  const graph = GraphBuilder.extend(back);
  graph.node('Identity', [prepared], {}, { outputs: [reconstructed] });
  return { front, back: graph.build(), output: end.output, dims: cut.dims };
}

/** The model cut where each of its inputs comes to its first weight. */
function parts({ model, output, target }: TrainedEnd, trainable: readonly string[]): Halves {
  const apart = renamed(model, new Map(), [NETWORK_VALUES.prepared]);
  const values = target === undefined ? frozenFrontier(apart, valuesBehind(apart.graph, trainable)) : undefined;
  if (values === undefined) {
    const message = 'training further: what comes in front of the weights must be rows of numbers, got something else';
    throw new RequestError('INVALID_INPUT', message);
  }
  const { size, ...ends } = packedHalves(apart, inputsOf(apart), output, values);
  return { ...ends, output, dims: [size] };
}

/** The model with these names for values, and others for what had them or a name that is kept free. */
function renamed(model: Model, names: ReadonlyMap<string, string>, free: readonly string[] = []): Model {
  const { node, input, initializer } = model.graph;
  const taken = new Set([
    ...node.flatMap(({ output }) => output),
    ...[...input, ...initializer].map(({ name }) => name),
  ]);
  const apart = new Map<string, string>();
  for (const wish of [...names.values(), ...free]) {
    if (!taken.has(wish) || names.get(wish) === wish) continue;
    let other = `${wish}_before`;
    while (taken.has(other)) other = `${other}_`;
    apart.set(wish, other);
  }
  return renameModelValues(renameModelValues(model, apart), names);
}

function inputsOf({ graph }: Model): string[] {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.flatMap(({ name }) => (constants.has(name) ? [] : (name ?? '')));
}
