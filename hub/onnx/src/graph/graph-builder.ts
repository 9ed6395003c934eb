import Long from 'long';
import { UsageError } from '../errors.ts';
import { type AttributeValue, encodeAttribute } from '../format/attributes.ts';
import {
  type Attribute,
  type Graph,
  type Model,
  type Node,
  newGraph,
  newModel,
  newNode,
  type TensorProto,
  type ValueInfo,
  withFields,
} from '../format/messages.ts';
import type { ElementType } from '../tensor/element-type.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Names } from './names.ts';
import { type Dim, toValueInfo } from './value-type.ts';

/** Operator set of new models: ONNX 1.16, the newest with the IR version below. */
export const DEFAULT_OPSET = 21;
/** ai.onnx.ml operator set of new models that use one of its operators. */
export const DEFAULT_ML_OPSET = 4;
/** ONNX 1.16. */
export const DEFAULT_IR_VERSION = 10;

/** Domain of the classical machine learning operators. */
export const ML_DOMAIN = 'ai.onnx.ml';

export interface GraphBuilderOptions {
  /** @default 'graph' */
  readonly name?: string;
  /** @default DEFAULT_OPSET */
  readonly opset?: number;
  /** @default DEFAULT_ML_OPSET */
  readonly mlOpset?: number;
}

export interface NodeOptions {
  readonly name?: string;
  /** Names of the outputs, in the operator's order. @default one fresh name */
  readonly outputs?: readonly string[];
  /** @default '' (the standard's own operators) */
  readonly domain?: string;
}

/** Builds a model value by value. Methods that make a value return its name. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #opsets: Map<string, number>;
  readonly #mlOpset: number;
  readonly #base: Model | undefined;
  readonly #graphName: string;
  #names = new Names();

  constructor(options: GraphBuilderOptions = {}, base?: Model) {
    this.#graphName = options.name ?? 'graph';
    this.#mlOpset = options.mlOpset ?? DEFAULT_ML_OPSET;
    this.#opsets = new Map([['', options.opset ?? DEFAULT_OPSET]]);
    this.#base = base;
  }

  /**
   * A builder for the graph of a Scan, Loop or If of this graph. Both hand out names from one stock, since a value
   * inside must not be called like one outside.
   */
  inner(name: string): GraphBuilder {
    const builder = new GraphBuilder({ name: this.fresh(name) });
    builder.#names = this.#names;
    return builder;
  }

  /** A builder that starts with everything in `model` and keeps its metadata. */
  static extend(model: Model): GraphBuilder {
    const builder = new GraphBuilder({}, model);
    const { graph } = model;
    builder.#names = Names.of(graph);
    builder.#nodes.push(...graph.node);
    builder.#initializers.push(...graph.initializer);
    builder.#inputs.push(...graph.input);
    builder.#outputs.push(...graph.output);
    builder.#opsets.clear();
    for (const { domain, version } of model.opsetImport) {
      builder.#opsets.set(domain === 'ai.onnx' ? '' : (domain ?? ''), version?.toNumber() ?? 1);
    }
    return builder;
  }

  /** A builder as `extend` makes it, but without nodes: `keep` those that stay. All names stay taken. */
  static rewrite(model: Model): GraphBuilder {
    const builder = GraphBuilder.extend(model);
    builder.#nodes.length = 0;
    return builder;
  }

  /** Adds a node of the model that the builder started with, changed or not. */
  keep(node: Node): void {
    this.#nodes.push(node);
  }

  /** Declares an input; `dims` may hold symbols such as `batch`. */
  input(name: string, type: ElementType, dims: readonly Dim[]): string {
    this.#take(name);
    this.#inputs.push(toValueInfo(name, { type, dims }));
    return name;
  }

  /** Declares an input under `prefix`, with a number behind it where that name is taken. */
  freshInput(prefix: string, type: ElementType, dims: readonly Dim[]): string {
    const name = this.fresh(prefix);
    this.#inputs.push(toValueInfo(name, { type, dims }));
    return name;
  }

  /** Adds a constant. */
  initializer(name: string, value: Tensor): string {
    this.#take(name);
    this.#initializers.push(encodeTensor(name, value));
    return name;
  }

  /** Adds a constant under a fresh name. */
  constant(value: Tensor, prefix = 'constant'): string {
    const name = this.fresh(prefix);
    this.#initializers.push(encodeTensor(name, value));
    return name;
  }

  /** Adds a node and returns its first output. An input '' or undefined is left out. */
  node(
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
    options: NodeOptions = {},
  ): string {
    const name = this.fresh(options.name ?? operator.toLowerCase());
    const outputs = options.outputs ?? [this.fresh(`${name}_out`)];
    if (options.outputs) for (const output of options.outputs) if (output !== '') this.#take(output);
    return this.#add(name, operator, inputs, attributes, outputs, options.domain ?? '');
  }

  /** Adds a node and returns its first `count` outputs, each under a fresh name. */
  nodeWithOutputs(
    count: number,
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
  ): string[] {
    const name = this.fresh(operator.toLowerCase());
    const outputs = Array.from({ length: count }, () => this.fresh(`${name}_out`));
    this.#add(name, operator, inputs, attributes, outputs, '');
    return outputs;
  }

  /** Adds a node that writes `output`, a value of the model that the builder started with, in another way. */
  replace(
    output: string,
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
  ): string {
    return this.#add(this.fresh(`${output}_${operator.toLowerCase()}`), operator, inputs, attributes, [output], '');
  }

  /**
   * Adds a node that does the work of `node`, one of the model that the builder started with, under its name.
   *
   * @param attributes a list: as they come from a node
   */
  standIn(
    node: Node,
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> | readonly Attribute[] = {},
    domain = '',
  ): string {
    const name = node.name || this.fresh(`${node.output.find(Boolean)}_${operator.toLowerCase()}`);
    return this.#add(name, operator, inputs, attributes, node.output, domain);
  }

  /** Names output `index` of `node`, a node of this graph that leaves it out, and returns the name. */
  nameOutput(node: Node, index: number): string {
    const [at, known] = this.#find(node);
    const outputs = Array.from({ length: Math.max(index + 1, known.output.length) }, (_, i) => known.output[i] ?? '');
    const name = outputs[index] || this.fresh(`${known.name || node.output.find(Boolean)}_out`);
    this.#nodes[at] = withFields(known, { output: outputs.with(index, name) });
    return name;
  }

  /** Puts what `build` adds in the place of `node`, a node of this graph; `build` must write its outputs: `replace`. */
  substitute(node: Node, build: () => void): void {
    const [at] = this.#find(node);
    const behind = this.#nodes.splice(at).slice(1);
    build();
    this.#nodes.push(...behind);
  }

  /** Makes a value an output of the graph. `dims` undefined: as many and as large as they come. */
  output(value: string, type: ElementType, dims?: readonly Dim[]): this {
    this.#outputs.push(toValueInfo(value, { type, dims }));
    return this;
  }

  /** A name that nothing in the graph has. */
  fresh(prefix: string): string {
    return this.#names.fresh(prefix);
  }

  /** Version of an imported operator set, the standard's own by default. */
  opset(domain = ''): number | undefined {
    return this.#opsets.get(domain);
  }

  /** The node so far that writes a value; undefined where it is a constant or an input. */
  writer(value: string): Node | undefined {
    return value === '' ? undefined : this.#nodes.find(({ output }) => output.includes(value));
  }

  /** The graph built so far. Further calls do not change it. */
  graph(): Graph {
    const parts = {
      node: [...this.#nodes],
      initializer: [...this.#initializers],
      input: [...this.#inputs],
      output: [...this.#outputs],
    };
    return this.#base ? withFields(this.#base.graph, parts) : newGraph({ ...parts, name: this.#graphName });
  }

  /** The model built so far. Further calls do not change it. */
  build(): Model {
    const opsetImport = [...this.#opsets].map(([domain, version]) => ({ domain, version: Long.fromNumber(version) }));
    if (this.#base) return withFields(this.#base, { graph: this.graph(), opsetImport });
    return newModel({
      irVersion: Long.fromNumber(DEFAULT_IR_VERSION),
      producerName: 'edgeloop',
      graph: this.graph(),
      opsetImport,
    });
  }

  /** A node, which may have other outputs by now than it had. */
  #find(node: Node): [at: number, node: Node] {
    const written = node.output.find((output) => output !== '') ?? '';
    const at = this.#nodes.findIndex(({ output }) => output.includes(written));
    const known = this.#nodes[at];
    if (known) return [at, known];
    const place = { node: node.name ?? '', operator: node.opType ?? '' };
    throw new UsageError('VALUE_UNKNOWN', `Node ${node.name} must be in the graph, got another one`, { place });
  }

  #add(
    name: string,
    operator: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> | readonly Attribute[],
    outputs: readonly string[],
    domain: string,
  ): string {
    const [first] = outputs;
    if (first === undefined) throw new UsageError('ARGUMENT_INVALID', `Node ${name} must have an output, got none`);
    if (domain !== '' && !this.#opsets.has(domain)) {
      this.#opsets.set(domain, domain === ML_DOMAIN ? this.#mlOpset : 1);
    }
    const [opType, input, output] = [operator, trimmed(inputs), [...outputs]];
    const attribute = encodeAttributes(attributes);
    this.#nodes.push(newNode({ name, opType, input, output, attribute, domain: domain === '' ? undefined : domain }));
    return first;
  }

  #take(name: string): void {
    if (name === '') throw new UsageError('ARGUMENT_INVALID', 'Value name must not be empty, got an empty string');
    if (!this.#names.take(name)) {
      throw new UsageError('NAME_TAKEN', `Value name must be new, got ${name} again`, { place: { value: name } });
    }
  }
}

function encodeAttributes(
  attributes: Readonly<Record<string, AttributeValue | undefined>> | readonly Attribute[],
): Attribute[] {
  if (isList(attributes)) return [...attributes];
  return Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [encodeAttribute(name, value)],
  );
}

function isList(attributes: object): attributes is readonly Attribute[] {
  return Array.isArray(attributes);
}

function trimmed(inputs: readonly (string | undefined)[]): string[] {
  const given = inputs.map((input) => input ?? '');
  while (given.at(-1) === '') given.pop();
  return given;
}
