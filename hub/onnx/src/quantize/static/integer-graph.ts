import { floatAttribute, intAttribute } from '../../format/attributes.ts';
import { type Model, type Node, newNode, withFields } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { consumersOf, sortNodes } from '../../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { activationInputs } from '../plan/carried-operators.ts';
import { type IntegerPlacement, placeIntegers } from '../plan/integer-placement.ts';
import type { IntegerSite } from '../plan/integer-site.ts';
import { type QuantizedNode, weightedNodes } from '../plan/quantization-plan.ts';
import type { ValueRange } from './activation-quantization.ts';
import { denseConstants } from './dense-constants.ts';
import { addIntegerProduct, type IntegerProductParts } from './integer-product.ts';
import { PreviousScales } from './previous-scales.ts';
import { QuantizedValues } from './quantized-values.ts';
import type { StaticQuantizationOptions } from './static-quantize.ts';
import { StoredWeights } from './stored-weights.ts';

/** Adds a node with weights that works on integers, or as if it did. */
export type AddProduct = (graph: GraphBuilder, entry: QuantizedNode, parts: IntegerProductParts) => void;

/** Rebuilds a graph node by node, some of them on integers. */
export class IntegerGraph {
  readonly #model: Model;
  readonly #types: InferredTypes;
  readonly #options: StaticQuantizationOptions;
  readonly #graph: GraphBuilder;
  readonly #placement: IntegerPlacement;
  readonly #previous: PreviousScales;
  readonly #stored: StoredWeights;
  readonly #values: QuantizedValues;
  readonly #consumers: ReadonlyMap<string, readonly Node[]>;
  readonly #products: ReadonlyMap<Node, QuantizedNode>;
  readonly #addProductNode: AddProduct;

  constructor(
    model: Model,
    ranges: ReadonlyMap<string, ValueRange>,
    options: StaticQuantizationOptions,
    addProduct: AddProduct = addIntegerProduct,
  ) {
    this.#model = model;
    this.#addProductNode = addProduct;
    this.#options = options;
    this.#types = inferTypes(model);
    const { quantized } = weightedNodes(model, this.#types, options);
    this.#products = new Map(quantized.map((entry) => [entry.node, entry]));
    this.#placement = placeIntegers(model.graph, this.#types, new Set(this.#products.keys()), new Set(options.exclude));
    this.#graph = GraphBuilder.rewrite(model);
    this.#previous = new PreviousScales(options.previous);
    this.#stored = new StoredWeights(this.#graph);
    this.#values = new QuantizedValues(this.#graph, this.#placement, ranges, this.#previous);
    this.#consumers = consumersOf(model.graph.node);
  }

  build(): Model {
    for (const node of sortNodes(this.#model.graph.node)) {
      const site = this.#placement.sites.get(node);
      if (site) this.#addSite(site);
      else if (!this.#placement.absorbed.has(node)) this.#graph.keep(this.#readingApart(node));
    }
    return this.#graph.build();
  }

  #addSite(site: IntegerSite): void {
    if (site.kind === 'scales') {
      this.#values.alias(site.outputs[0] ?? '', site.activations[0] ?? '');
      return;
    }
    const isInteger = site.outputs.some((name) => this.#values.isWrittenAsInteger(name));
    // Behind an absorbed node the value has another name than the site's own output.
    const isRenamed = isInteger && !site.absorbed;
    const rename = (name: string): string => (isRenamed && name !== '' ? this.#graph.fresh(`${name}_float`) : name);
    const outputs = site.node.output.map(rename);
    const product = this.#products.get(site.node);
    if (product) this.#addProduct(product, outputs[0] ?? '');
    else if (site.node.opType === 'HardSigmoid') this.#addHardSigmoid(site.node, outputs);
    else this.#graph.keep(withFields(site.node, { input: this.#inputsOf(site.node), output: outputs }));
    if (!isInteger) return;
    const written = outputs.filter((name) => name !== '');
    for (const [index, name] of site.outputs.entries()) this.#values.write(name, written[index] ?? '');
  }

  #addProduct(product: QuantizedNode, output: string): void {
    this.#addProductNode(this.#graph, product, {
      activation: this.#values.read(product.activation),
      constants: denseConstants(product, this.#types),
      reduceRange: this.#options.reduceRange ?? false,
      previous: this.#previous,
      stored: this.#stored,
      means: this.#options.inputMeans?.get(product.activation),
      output,
    });
  }

  // ONNX HardSigmoid-6: max(0, min(1, alpha * x + beta)). Scaling is free, and the u8 range ends at 0 and 1.
  #addHardSigmoid(node: Node, output: string[]): void {
    const [value = ''] = node.input;
    const beta = floatAttribute(node, 'beta', 0.5);
    const input = [
      this.#values.readScaled(value, floatAttribute(node, 'alpha', 0.2)),
      this.#values.constant(`${node.output[0]}_beta`, Float32Array.of(beta), []),
    ];
    this.#graph.keep(newNode({ name: node.name, opType: 'Add', input, output }));
  }

  /** Inputs of an operator without weights, activations as u8. */
  #inputsOf(node: Node): string[] {
    const count = activationInputs(node).length;
    return node.input.map((name, index) => {
      if (index >= count) return name;
      const constant = this.#types.constants.has(name) ? this.#types.constants.get(name) : undefined;
      if (constant?.type !== 'float32') return this.#values.read(name).value;
      return this.#values.constant(name, constant.data, constant.dims);
    });
  }

  /** A float node with weights between integer ones, which ONNX Runtime must not take for an integer one. */
  #readingApart(node: Node): Node {
    const [activation = '', weight = ''] = node.input;
    const channels = inputChannels(node, this.#types.typeOf(weight).dims);
    if (channels === undefined || !this.#values.isWrittenAsInteger(activation)) return node;
    const behind = node.output.flatMap((name) => [name, ...this.#outputsBehind(name)]);
    if (!behind.some((name) => this.#placement.values.has(name))) return node;
    return withFields(node, { input: node.input.with(0, this.#values.readApart(activation, channels)) });
  }

  #outputsBehind(name: string): string[] {
    return (this.#consumers.get(name) ?? []).flatMap(({ output }) => output);
  }
}

/** Size of axis 1 of what a Conv, ConvTranspose or Gemm reads; `undefined` for any other node. */
function inputChannels(node: Node, dims: readonly (number | string | undefined)[] | undefined): number | undefined {
  if (!isStandardDomain(node.domain) || !dims) return undefined;
  const [first, second] = dims.map((size) => (typeof size === 'number' ? size : undefined));
  switch (node.opType) {
    case 'Conv':
      return second === undefined ? undefined : second * intAttribute(node, 'group', 1);
    case 'ConvTranspose':
      return first;
    case 'Gemm':
      if (intAttribute(node, 'transA', 0) === 1) return undefined;
      return intAttribute(node, 'transB', 0) === 1 ? second : first;
    default:
      return undefined;
  }
}
