import { InternalError } from '../errors.ts';
import { type Graph, type Node, type TensorProto, withFields } from '../format/messages.ts';
import type { Names } from '../graph/names.ts';
import { renameInNode } from '../graph/rename-values.ts';
import { describeNode, sortNodes, valuesRead } from '../graph/topology.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a graph is rewritten with. */
export interface GraphScope {
  readonly graph: Graph;
  /** What was known of the graph before the pass. */
  readonly types: InferredTypes;
  /** Every name in the model. */
  readonly names: Names;
  /** Initializers that a caller may replace, and that are no constants for that reason. */
  readonly overridable: ReadonlySet<string>;
}

/**
 * A graph while a pass rewrites it: who writes and who reads each value stays right after every change.
 *
 * Nodes are in topological order and stay in it as long as a replacement reads only what is there before the node that
 * it replaces.
 */
export class GraphEdit {
  readonly types: InferredTypes;
  readonly #graph: Graph;
  readonly #names: Names;
  readonly #overridable: ReadonlySet<string>;
  readonly #outputs: ReadonlySet<string>;
  /** Nodes by place; a replacement stands in the place of the node that it replaces. */
  readonly #places: Node[][];
  readonly #placeOf = new Map<Node, number>();
  readonly #producers = new Map<string, Node>();
  readonly #readers = new Map<string, Set<Node>>();
  readonly #added = new Map<string, TensorProto>();
  readonly #values = new Map<string, Tensor>();
  readonly #changes: string[] = [];

  constructor({ graph, types, names, overridable }: GraphScope) {
    this.types = types;
    this.#graph = graph;
    this.#names = names;
    this.#overridable = overridable;
    this.#outputs = new Set(graph.output.map(({ name }) => name ?? ''));
    const nodes = sortNodes(graph.node);
    this.#places = nodes.map((node) => [node]);
    for (const [place, node] of nodes.entries()) this.#enter(node, place);
  }

  /** The nodes as they are now. To change them while going through them, use `each`. */
  get nodes(): Node[] {
    return this.#places.flat();
  }

  /** Visits each node as it is when its turn comes; those that a visit puts in its place are not visited. */
  each(visit: (node: Node) => void): void {
    for (const place of this.#places) {
      for (const node of [...place]) if (place.includes(node)) visit(node);
    }
  }

  isOutput(value: string): boolean {
    return this.#outputs.has(value);
  }

  /** The node of this graph that writes a value. */
  producer(value: string): Node | undefined {
    return this.#producers.get(value);
  }

  /** Nodes that read a value, also inside of them. */
  readers(value: string): Node[] {
    return [...(this.#readers.get(value) ?? [])];
  }

  /** Whether one node reads the value, once, and nobody else sees it. */
  isOnlyFor(value: string, reader: Node): boolean {
    const uses = valuesRead(reader).filter((name) => name === value).length;
    return !this.isOutput(value) && this.#readers.get(value)?.size === 1 && uses === 1;
  }

  /** A value that is the same in every run. Large ones are decoded, so ask only where it is needed. */
  constant(value: string): Tensor | undefined {
    if (value === '' || this.#overridable.has(value)) return undefined;
    return this.#values.get(value) ?? this.types.constants.get(value);
  }

  /** Whether `constant` has the value, without decoding it. */
  isConstant(value: string): boolean {
    if (value === '' || this.#overridable.has(value)) return false;
    return this.#values.has(value) || this.types.constants.has(value);
  }

  /** Initializers of this graph, without those that a caller may replace. */
  constants(): string[] {
    const names = [...this.#graph.initializer.map(({ name }) => name ?? ''), ...this.#added.keys()];
    return names.filter((name) => this.isConstant(name));
  }

  /** A name that nothing in the model has. */
  fresh(prefix: string): string {
    return this.#names.fresh(prefix);
  }

  /** Adds a constant under a new name. */
  addConstant(value: Tensor, prefix: string): string {
    const name = this.fresh(prefix);
    this.#added.set(name, encodeTensor(name, value));
    this.#values.set(name, value);
    return name;
  }

  /** Makes a value a constant: the caller removes the node that wrote it. Not for outputs of the graph. */
  setConstant(name: string, value: Tensor): void {
    this.#added.set(name, encodeTensor(name, value));
    this.#values.set(name, value);
  }

  /** Makes a value the constant that a Constant node holds. */
  setConstantProto(name: string, proto: TensorProto): void {
    this.#added.set(name, withFields(proto, { name }));
  }

  /** Puts other nodes, or none, in the place of one. */
  replace(node: Node, ...others: Node[]): void {
    const place = this.#placeOf.get(node) ?? -1;
    const nodes = this.#places[place];
    const at = nodes?.indexOf(node) ?? -1;
    if (!nodes || at < 0)
      throw new InternalError(`Node ${describeNode(node)} must be in the graph, got one that was replaced`);
    this.#leave(node);
    nodes.splice(at, 1, ...others);
    for (const other of others) this.#enter(other, place);
  }

  /** Gives one input of a node another value. */
  redirectInput(node: Node, index: number, value: string): Node {
    const changed = withFields(node, { input: node.input.map((name, at) => (at === index ? value : name)) });
    this.replace(node, changed);
    return changed;
  }

  /** Lets everybody who reads `from` read `to` instead. Not for outputs of the graph. */
  redirect(from: string, to: string): void {
    const renamed = new Map([[from, to]]);
    for (const reader of this.readers(from)) this.replace(reader, renameReads(reader, renamed));
  }

  /**
   * Takes out a node whose first output is equal to `value`: who reads the output reads `value`. An output of the graph
   * keeps its name, so there the node that writes `value` writes the output. False where neither can be done.
   */
  bypass(node: Node, value: string): boolean {
    const [output = ''] = node.output;
    if (!this.isOutput(output)) {
      this.replace(node);
      this.redirect(output, value);
      return true;
    }
    const producer = this.producer(value);
    if (!producer || this.isOutput(value)) return false;
    this.replace(node);
    this.redirect(value, output);
    const written = producer.output.map((name) => (name === value ? output : name));
    this.replace(producer, withFields(producer, { output: written }));
    return true;
  }

  /** Says what was done. */
  note(node: Node, what: string): void {
    this.#changes.push(`${describeNode(node)} ${what}`);
  }

  noteValue(value: string, what: string): void {
    this.#changes.push(`${value} ${what}`);
  }

  get changes(): readonly string[] {
    return this.#changes;
  }

  /** The graph after the changes; `valueInfo` keeps what still exists. */
  finish(): Graph {
    if (this.#changes.length === 0) return this.#graph;
    const node = this.nodes;
    const written = new Set(node.flatMap(({ output }) => output));
    const initializer = [...this.#graph.initializer, ...this.#added.values()];
    const valueInfo = this.#graph.valueInfo.filter(({ name }) => written.has(name ?? ''));
    return withFields(this.#graph, { node, initializer, valueInfo });
  }

  #enter(node: Node, place: number): void {
    this.#placeOf.set(node, place);
    for (const value of node.output) if (value !== '') this.#producers.set(value, node);
    for (const value of valuesRead(node)) {
      const readers = this.#readers.get(value);
      if (readers) readers.add(node);
      else this.#readers.set(value, new Set([node]));
    }
  }

  #leave(node: Node): void {
    for (const value of node.output) if (this.#producers.get(value) === node) this.#producers.delete(value);
    for (const value of valuesRead(node)) this.#readers.get(value)?.delete(node);
  }
}

/** The node with other names for what it reads, also inside of it; its own names and outputs stay. */
function renameReads(node: Node, renamed: ReadonlyMap<string, string>): Node {
  return withFields(renameInNode(node, renamed), { name: node.name, output: node.output });
}
