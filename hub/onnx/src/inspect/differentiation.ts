import { ModelError, OnnxError } from '../errors.ts';
import type { Model, Node } from '../format/messages.ts';
import { differentiate } from '../gradient/differentiate.ts';
import { gradientRule } from '../gradient/gradient-rules.ts';
import { hasSlope } from '../gradient/has-slope.ts';
import { RuleContext } from '../gradient/rule-context.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { describeNode, valuesRead } from '../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { forwardPart } from '../training/forward-part.ts';
import { inTrainingMode } from '../training/mode/training-mode.ts';
import { trainableParameters } from '../training/trainable-parameters.ts';
import { checkModel } from './check-model.ts';
import { checkTypes } from './check-types.ts';
import { innerGraphs } from './model-graphs.ts';
import { nodesPerOperator } from './node-counts.ts';

/** A node that a gradient cannot get through. */
export interface BlockingNode {
  /** The node's name, or that of its first output. */
  readonly node: string;
  readonly operator: string;
  readonly reason: string;
}

/** What would have to be differentiated to train all weights of a model, and what of it cannot be. */
export interface Differentiation {
  /** Weights that training would change, unless told otherwise. */
  readonly trainable: readonly string[];
  /** Number of nodes per operator that gradients get through. */
  readonly operators: Readonly<Record<string, number>>;
  /** Empty where all weights can be trained. */
  readonly blocking: readonly BlockingNode[];
  /** Why nothing can be said; `undefined` where something can. */
  readonly refusal: string | undefined;
}

/** Tries the gradient rule of every node between the weights of a model and its outputs. A model with faults is refused. */
export function differentiationOf(model: Model): Differentiation {
  const nothing = { trainable: [], operators: {}, blocking: [] };
  if (hasFaults(model)) return { ...nothing, refusal: 'the model has faults' };
  try {
    const written = new Set(model.graph.node.flatMap(({ output }) => output));
    const outputs = model.graph.output.map(({ name }) => name ?? '').filter((name) => written.has(name));
    const part = forwardPart(model, outputs);
    const trainable = trainableParameters(part);
    if (trainable.length === 0) return { ...nothing, refusal: whyNoWeights(part) };
    return { trainable, ...tried(inTrainingMode(part, new Set(trainable), 0).model, trainable), refusal: undefined };
  } catch (error) {
    if (error instanceof OnnxError) return { ...nothing, refusal: error.message };
    throw error;
  }
}

/**
 * Nodes between these weights and the outputs of a model that a gradient cannot get through.
 *
 * @throws ModelError OPSET_UNSUPPORTED, GRAPH_CYCLIC
 */
export function blockingNodes(model: Model, weights: readonly string[]): readonly BlockingNode[] {
  const part = forwardPart(
    model,
    model.graph.output.map(({ name }) => name ?? ''),
  );
  return tried(inTrainingMode(part, new Set(weights), 0).model, weights).blocking;
}

/** The rules count on a model that can run. */
function hasFaults(model: Model): boolean {
  const isBroken = checkModel(model).some(({ code }) => code !== 'EXTERNAL_DATA');
  return isBroken || checkTypes(model).some(({ code }) => code === 'TYPE_MISMATCH' || code === 'SHAPE_MISMATCH');
}

function whyNoWeights({ graph }: Model): string {
  const outer = graph.node.filter((node) => innerGraphs(node).length > 0);
  const operators = [...new Set(outer.map(({ opType }) => opType ?? ''))];
  if (operators.length > 0)
    return `no weights are outside of ${operators.join(' and ')}, within which none are looked for`;
  return 'no weights of products, convolutions or layers are there';
}

function tried(model: Model, trainable: readonly string[]): Pick<Differentiation, 'operators' | 'blocking'> {
  const types = inferTypes(model);
  const active = new Set(trainable);
  const passed: Node[] = [];
  const blocking: BlockingNode[] = [];
  for (const node of model.graph.node) {
    if (!valuesRead(node).some((value) => active.has(value))) continue;
    const floats = node.output.filter((value) => value !== '' && hasSlope(node, types.typeOf(value).type));
    if (floats.length === 0) continue;
    for (const value of floats) active.add(value);
    const reason = refusalOf(node, model, types, active);
    if (reason === undefined) passed.push(node);
    else blocking.push({ node: node.name || node.output[0] || '', operator: node.opType ?? '', reason });
  }
  return { operators: nodesPerOperator(passed), blocking };
}

/** Why a node's rule, tried on a copy of the graph, gives no gradient; `undefined` where it does. */
function refusalOf(node: Node, model: Model, types: InferredTypes, active: ReadonlySet<string>): string | undefined {
  const rule = gradientRule(node.opType ?? '', node.domain ?? '');
  if (!rule) return `operator ${node.opType} has no gradient rule`;
  const graph = GraphBuilder.extend(model);
  const used = new Set([...model.graph.node.flatMap(valuesRead), ...model.graph.output.map(({ name }) => name ?? '')]);
  const gradients = node.output.map((value, index) =>
    index === 0 || (used.has(value) && hasSlope(node, types.typeOf(value).type)) ? graph.fresh('gradient') : undefined,
  );
  try {
    const whole = { isActive: (value: string) => active.has(value), differentiate };
    const context = new RuleContext(node, graph, types, gradients, whole);
    const inputs = rule(context);
    for (const [index, value] of node.input.entries()) if (active.has(value)) inputs[index]?.();
    for (const gradient of context.captured.values()) gradient();
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return error.message.replace(`Node ${describeNode(node)} `, '');
    // A node that makes no sense may break its rule in any way, which is a reason too.
    return `its gradient rule ends with ${String(error)}`;
  }
}
