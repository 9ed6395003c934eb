import { ModelError } from '../errors.ts';
import type { Node } from '../format/messages.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { describeNode, sortNodes, valuesRead } from '../graph/topology.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import type { GradientRows } from './gradient-rows.ts';
import { gradientRule } from './gradient-rules.ts';
import { hasSlope } from './has-slope.ts';
import { type DifferentiatedGraph, type GradientRule, RuleContext } from './rule-context.ts';

export interface DifferentiateOptions extends DifferentiatedGraph {
  /** Rules of single nodes, before those of their operators. */
  readonly rules?: ReadonlyMap<Node, GradientRule>;
  /** Gets the gradients whose rows can be made on their own, each as parts whose rows follow each other. */
  readonly inRows?: Map<string, readonly GradientRows[]>;
  /** Gets what makes gradients without rows that are 0, in any order. */
  readonly compact?: Map<string, () => string>;
}

/**
 * Adds the nodes of reverse-mode differentiation to `graph` and returns the gradients by value.
 *
 * A wanted value that the seeds do not depend on is missing from the result. Nodes that no wanted value runs through
 * need no rule.
 *
 * @throws ModelError OPERATOR_NOT_DIFFERENTIABLE, naming operator and node
 */
export function differentiate(graph: GraphBuilder, options: DifferentiateOptions): Map<string, string> {
  const { types, seeds, wanted } = options;
  const nodes = sortNodes(options.nodes);
  const active = activeValues(nodes, types, wanted);
  const gradients = new Gradients(graph, seeds);
  const whole = {
    ...{ isActive: (value: string) => active.has(value), differentiate },
    noteRows: (gradient: string, parts: readonly GradientRows[]) => options.inRows?.set(gradient, parts),
    noteCompact: (gradient: string, build: () => string) => options.compact?.set(gradient, build),
  };
  for (const node of nodes.toReversed()) {
    if (!valuesRead(node).some((value) => active.has(value))) continue;
    const outputGradients = node.output.map((value) => gradients.get(value));
    if (outputGradients.every((gradient) => gradient === undefined)) continue;
    const rule = options.rules?.get(node) ?? ruleOf(node);
    const context = new RuleContext(node, graph, types, outputGradients, whole);
    const rules = rule(context);
    const read = [...node.input.map((value, index) => [value, rules[index]] as const), ...context.captured];
    for (const [value, inputGradient] of read) {
      const gradient = active.has(value) ? inputGradient?.() : undefined;
      if (gradient !== undefined) gradients.add(value, gradient);
    }
  }
  return new Map(wanted.flatMap((value) => entryOf(value, gradients.get(value))));
}

function entryOf(value: string, gradient: string | undefined): [string, string][] {
  return gradient === undefined ? [] : [[value, gradient]];
}

/** The wanted values and every float value, or integers that stand for some, that depends on one. */
function activeValues(nodes: readonly Node[], types: InferredTypes, wanted: readonly string[]): Set<string> {
  const active = new Set(wanted);
  for (const node of nodes) {
    if (!valuesRead(node).some((value) => active.has(value))) continue;
    for (const value of node.output) {
      const { type } = types.typeOf(value);
      if (value !== '' && hasSlope(node, type)) active.add(value);
    }
  }
  return active;
}

function ruleOf(node: Node) {
  const rule = gradientRule(node.opType ?? '', node.domain ?? '');
  if (rule) return rule;
  const place = { node: node.name ?? '', operator: node.opType ?? '' };
  const message = `Operator of node ${describeNode(node)} must have a gradient rule, got none`;
  throw new ModelError('OPERATOR_NOT_DIFFERENTIABLE', message, { place });
}

/** Gradients by value; a value that is used several times has the sum of its parts. */
class Gradients {
  readonly #graph: GraphBuilder;
  readonly #parts = new Map<string, string[]>();

  constructor(graph: GraphBuilder, seeds: ReadonlyMap<string, string>) {
    this.#graph = graph;
    for (const [value, seed] of seeds) this.add(value, seed);
  }

  add(value: string, gradient: string): void {
    const parts = this.#parts.get(value);
    if (parts) parts.push(gradient);
    else this.#parts.set(value, [gradient]);
  }

  get(value: string): string | undefined {
    const parts = this.#parts.get(value) ?? [];
    if (parts.length <= 1) return parts[0];
    const sum = this.#graph.node('Sum', parts, {}, { name: 'grad_sum' });
    this.#parts.set(value, [sum]);
    return sum;
  }
}
