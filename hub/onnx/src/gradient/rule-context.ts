import { ModelError } from '../errors.ts';
import type { AttributeValue } from '../format/attributes.ts';
import type { Graph, Node } from '../format/messages.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { describeNode } from '../graph/topology.ts';
import type { Dim, ValueType } from '../graph/value-type.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { type ShapeContext, UNKNOWN_TYPE } from '../shape/shape-rule.ts';
import type { ElementType } from '../tensor/element-type.ts';
import { floatTensor } from '../tensor/float-tensor.ts';
import { int64, type Tensor } from '../tensor/tensor.ts';
import type { GradientRows } from './gradient-rows.ts';

/** Adds the nodes of one input's gradient and returns its name; called only where that gradient is needed. */
export type InputGradient = () => string;

/** As `InputGradient`, of a value that a graph inside of the node reads; `undefined` when nothing depends on it. */
export type CapturedGradient = () => string | undefined;

/**
 * The gradients of one operator: an entry per input, `undefined` for an input that has none (indices, shapes, limits).
 *
 * Emits only operators whose meaning has not changed since opset 13.
 */
export type GradientRule = (context: RuleContext) => readonly (InputGradient | undefined)[];

/** A graph to be differentiated. */
export interface DifferentiatedGraph {
  /** The forward nodes. */
  readonly nodes: readonly Node[];
  readonly types: InferredTypes;
  /** Gradient of the loss with respect to these values, by the value's name. */
  readonly seeds: ReadonlyMap<string, string>;
  /** Values whose gradients are wanted. */
  readonly wanted: readonly string[];
}

/** What a rule of a node with a graph inside needs of the differentiation that it is a part of. */
export interface Differentiation {
  /** Whether a value's gradient is of use. */
  isActive(value: string): boolean;
  differentiate(graph: GraphBuilder, options: DifferentiatedGraph): Map<string, string>;
  /** Takes note of how rows of a gradient are made on their own. */
  noteRows?(gradient: string, parts: readonly GradientRows[]): void;
  /** Takes note of how a gradient is made without most of its zeros. */
  noteCompact?(gradient: string, build: () => string): void;
}

/** What a gradient rule knows of its node, and the graph it adds nodes to. */
export class RuleContext {
  readonly node: Node;
  /** The node as shape rules see it. */
  readonly shapes: ShapeContext;
  readonly #graph: GraphBuilder;
  readonly #types: InferredTypes;
  readonly #outputGradients: readonly (string | undefined)[];
  readonly #whole: Differentiation;
  readonly #captured = new Map<string, CapturedGradient>();

  constructor(
    node: Node,
    graph: GraphBuilder,
    types: InferredTypes,
    outputGradients: readonly (string | undefined)[],
    whole: Differentiation,
  ) {
    this.node = node;
    this.shapes = types.contextOf(node);
    this.#graph = graph;
    this.#types = types;
    this.#outputGradients = outputGradients;
    this.#whole = whole;
  }

  input(index: number): string {
    return this.node.input[index] ?? '';
  }

  output(index = 0): string {
    return this.node.output[index] ?? '';
  }

  /** An output under its name, or under a new one where the node leaves it out. */
  namedOutput(index: number): string {
    return this.output(index) || this.#graph.nameOutput(this.node, index);
  }

  /**
   * Puts what `build` adds in the place of the node, for a form of it that leaves what the gradient needs.
   *
   * `build` must write every output that the node has: `write`.
   */
  substitute(build: () => void): void {
    this.#graph.substitute(this.node, build);
  }

  /** Adds a node that writes an output of the substituted node. */
  write(
    output: string,
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
  ): void {
    this.#graph.replace(output, operator, inputs, attributes);
  }

  /** Gradient of the loss with respect to an output that alone may be used. */
  gradient(index = 0): string {
    const gradient = this.#outputGradients[index];
    if (gradient === undefined) throw this.refusal(`no other output than ${index} used, got one`);
    return gradient;
  }

  /** Gradient of the loss with respect to one of several outputs; `undefined` where the loss does not depend on it. */
  gradientOf(index: number): string | undefined {
    return this.#outputGradients[index];
  }

  /** Version of the operator set that the node belongs to. */
  get opset(): number {
    return this.shapes.opset;
  }

  inputType(index: number): ValueType {
    return this.shapes.inputs[index] ?? UNKNOWN_TYPE;
  }

  outputType(index = 0): ValueType {
    return this.#types.typeOf(this.output(index));
  }

  /** Adds a node with one output and returns that output. */
  op(
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
  ): string {
    return this.#graph.node(operator, inputs, attributes, { name: `grad_${operator.toLowerCase()}` });
  }

  /** Adds a node with `count` outputs and returns them. */
  opMany(
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>>,
    count: number,
  ): string[] {
    return this.#graph.nodeWithOutputs(count, operator, inputs, attributes);
  }

  /** Declares the gradient of a value that a graph inside of the node reads from around it. */
  capture(value: string, gradient: CapturedGradient): void {
    this.#captured.set(value, gradient);
  }

  /** Says how rows of a gradient can be made on their own, of parts whose rows follow each other; returns the gradient. */
  inRows(gradient: string, ...parts: readonly GradientRows[]): string {
    this.#whole.noteRows?.(gradient, parts);
    return gradient;
  }

  /** Says how a gradient can be made without rows that are 0, in any order; returns the gradient. */
  compact(gradient: string, build: () => string): string {
    this.#whole.noteCompact?.(gradient, build);
    return gradient;
  }

  /** What `capture` declared. */
  get captured(): ReadonlyMap<string, CapturedGradient> {
    return this.#captured;
  }

  /** Whether the gradient of a value of this graph is of use. */
  isActive(value: string): boolean {
    return this.#whole.isActive(value);
  }

  /** Adds the differentiation of another graph to its builder. */
  differentiate(graph: GraphBuilder, options: DifferentiatedGraph): Map<string, string> {
    return this.#whole.differentiate(graph, options);
  }

  /** What is known of the values of a graph inside of the node. */
  within(graph: Graph): InferredTypes | undefined {
    return this.#types.within(graph);
  }

  typeOf(value: string): ValueType {
    return this.#types.typeOf(value);
  }

  /** A small value that is the same in every run. */
  valueOf(value: string): Tensor | undefined {
    return this.#types.valueOf(value);
  }

  /** The node of this graph that writes a value; undefined for constants and inputs. */
  writer(value: string): Node | undefined {
    return this.#graph.writer(value);
  }

  /** A name that nothing in the graph has. */
  fresh(prefix: string): string {
    return this.#graph.fresh(prefix);
  }

  /** A builder for a graph inside a node that the rule adds. */
  inner(name: string): GraphBuilder {
    return this.#graph.inner(name);
  }

  constant(value: Tensor): string {
    return this.#graph.constant(value, 'grad_constant');
  }

  /** Element type of the gradient: that of the first output, or else of the first input. */
  get floatType(): ElementType {
    return this.outputType().type ?? this.inputType(0).type ?? 'float32';
  }

  /** A constant without dimensions of the gradient's element type. */
  scalar(value: number): string {
    return this.floats([value], []);
  }

  /** A constant of the gradient's element type. */
  floats(values: readonly number[], dims: readonly number[]): string {
    return this.constant(floatTensor(this.floatType, values, dims));
  }

  /** Input `index`'s shape as an int64 value, a constant where at most one size is open. */
  shapeOf(index: number): string {
    const dims = this.inputType(index).dims;
    if (dims && openCount(dims) <= 1) {
      return this.constant(int64(dims.map((dim) => (typeof dim === 'number' ? dim : -1))));
    }
    return this.op('Shape', [this.input(index)]);
  }

  /** The error that says why this node has no gradient. */
  refusal(expected: string): ModelError {
    const message = `Node ${describeNode(this.node)} must have ${expected}, to be differentiated`;
    const place = { node: this.node.name ?? '', operator: this.node.opType ?? '' };
    return new ModelError('OPERATOR_NOT_DIFFERENTIABLE', message, { place });
  }
}

function openCount(dims: readonly Dim[]): number {
  // A size of 0 means "copy" to Reshape, so such a shape is taken at run time.
  return dims.some((dim) => dim === 0) ? dims.length + 2 : dims.filter((dim) => typeof dim !== 'number').length;
}
