import { ModelError } from '../errors.ts';
import { intAttribute, intsAttribute } from '../format/attributes.ts';
import { type Model, type Node, withGraph } from '../format/messages.ts';
import { extractModel } from '../graph/extract-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { describeNode, producersOf } from '../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { positiveAxis } from '../shape/shape-rule.ts';
import type { TensorOf } from '../tensor/tensor.ts';

/** The last layer of a classifier: the node whose weights tell the classes apart, and what it reads. */
export interface ClassifierHead {
  /** Name and operator, for messages: `fc (Gemm)`. */
  readonly node: string;
  readonly operator: 'Gemm' | 'MatMul' | 'Conv';
  /** [batch, units], or [batch, units, ...space] in front of a convolution. */
  readonly features: string;
  readonly units: number;
  readonly classes: number;
  /** The output of the model that it leads to. */
  readonly output: string;
}

/** A classifier without its last layer. */
export interface ClassifierBody {
  readonly model: Model;
  /** Its only output, [batch, units]. */
  readonly features: string;
}

/** Float32 values of a new last layer. */
export interface HeadValues {
  /** [units, classes] */
  readonly weight: TensorOf<'float32'>;
  /** [classes] */
  readonly bias: TensorOf<'float32'>;
  /** [units] each: what is taken off the features, and what they are divided by. @default as they are */
  readonly scaling?: { readonly mean: TensorOf<'float32'>; readonly deviation: TensorOf<'float32'> };
}

/** A classifier with a new last layer. */
export interface NewHead {
  /** The only output is the layer's result, [batch, classes]. */
  readonly model: Model;
  /** What the layer reads, [batch, units]. */
  readonly features: string;
  /** Initializers of the layer: [units, classes] and [classes]. */
  readonly weight: string;
  readonly bias: string;
}

/** Operators that keep which class is meant and the shape of what they read. */
const SAME_SHAPE = new Set(['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity', 'Cast', 'Dropout', 'Add']);
const OTHER_SHAPE = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'ArgMax']);

/**
 * Finds the last Gemm, MatMul or 1 x 1 Conv of a classifier, walking back from an output past Softmax, Reshape, pooling
 * and the like.
 *
 * @param output @default the first output that leads to one
 * @throws ModelError NOT_TRAINABLE, naming for every output the node where the walk ended
 */
export function findClassifierHead(model: Model, output?: string): ClassifierHead {
  const search = new HeadSearch(model);
  const reasons: string[] = [];
  const outputs = output === undefined ? model.graph.output.map(({ name }) => name ?? '') : [output];
  for (const name of outputs) {
    const found = search.from(name);
    if (typeof found !== 'string') return found;
    reasons.push(`from output ${name}: ${found}`);
  }
  const message = `Model must end in a Gemm, MatMul or 1 x 1 Conv that tells classes apart, got none ${reasons.join('; ')}`;
  throw new ModelError('NOT_TRAINABLE', message);
}

/** The model up to what its head reads, averaged over space where the head is a convolution. */
export function classifierBody(model: Model, head: ClassifierHead): ClassifierBody {
  const constants = new Set(model.graph.initializer.map(({ name }) => name));
  const inputs = model.graph.input.flatMap(({ name }) => (constants.has(name) ? [] : [name ?? '']));
  const body = extractModel(model, inputs, [head.features]);
  const graph = GraphBuilder.extend(withGraph(body, { output: [] }));
  const features =
    head.operator === 'Conv'
      ? graph.node('Flatten', [graph.node('GlobalAveragePool', [head.features])], { axis: 1 })
      : head.features;
  return { model: graph.output(features, 'float32', ['batch', head.units]).build(), features };
}

/**
 * Puts a new last layer, a Gemm, behind a classifier without one.
 *
 * @param output name of the layer's result; must be free
 * @throws UsageError NAME_TAKEN
 */
export function withClassifierHead(body: ClassifierBody, values: HeadValues, output: string): NewHead {
  const graph = GraphBuilder.extend(withGraph(body.model, { output: [] }));
  const { scaling } = values;
  const centered = scaling && graph.node('Sub', [body.features, graph.constant(scaling.mean, 'head_mean')]);
  const features = scaling
    ? graph.node('Div', [centered, graph.constant(scaling.deviation, 'head_deviation')])
    : body.features;
  const weight = graph.constant(values.weight, 'head_weight');
  const bias = graph.constant(values.bias, 'head_bias');
  graph.node('Gemm', [features, weight, bias], {}, { name: 'head', outputs: [output] });
  graph.output(output, 'float32', ['batch', values.bias.dims[0]]);
  return { model: graph.build(), features, weight, bias };
}

type FoundHead = Omit<ClassifierHead, 'node' | 'output'>;

/** Walks from outputs towards the inputs; gives the head or, in words, why there is none. */
class HeadSearch {
  readonly #types: InferredTypes;
  readonly #producers: Map<string, Node>;

  constructor(model: Model) {
    this.#types = inferTypes(model);
    this.#producers = producersOf(model.graph.node);
  }

  from(output: string): ClassifierHead | string {
    let [value, isPooled, rank] = [output, false, this.#rankOf(output)];
    for (;;) {
      const node = this.#producers.get(value);
      if (!node) return `no node that writes ${value}`;
      const head = this.#headAt(node, isPooled, rank);
      if (typeof head === 'string') return head;
      if (head) return { ...head, node: describeNode(node), output };
      const next = this.#behind(node, isPooled);
      if (next === undefined) return `node ${describeNode(node)} is neither such a node nor one that may follow it`;
      if (this.#isPooling(node)) isPooled = true;
      rank = SAME_SHAPE.has(node.opType ?? '') ? (this.#rankOf(next) ?? rank) : this.#rankOf(next);
      value = next;
    }
  }

  #rankOf(value: string): number | undefined {
    return this.#types.typeOf(value).dims?.length;
  }

  #headAt(node: Node, isPooled: boolean, rank: number | undefined): FoundHead | string | undefined {
    switch (node.domain ? '' : node.opType) {
      case 'Gemm':
        return this.#dense(node, 'Gemm', 2);
      case 'MatMul':
        return this.#dense(node, 'MatMul', this.#rankOf(node.input[0] ?? '') ?? rank);
      case 'Conv':
        return this.#convolution(node, isPooled);
      default:
        return undefined;
    }
  }

  #dense(node: Node, operator: 'Gemm' | 'MatMul', rank: number | undefined): FoundHead | string {
    const [features = '', weight = ''] = node.input;
    const dims = this.#constantDims(weight);
    if (dims?.length !== 2 || this.#types.constants.has(features) || intAttribute(node, 'transA', 0) === 1) {
      return `node ${describeNode(node)} must multiply features with constant weights [units, classes]`;
    }
    if (rank !== 2) return `node ${describeNode(node)} must read [batch, units], got rank ${rank ?? 'unknown'}`;
    const isTurned = intAttribute(node, 'transB', 0) === 1;
    const [units = 0, classes = 0] = isTurned ? dims.toReversed() : dims;
    return { operator, features, units, classes };
  }

  #convolution(node: Node, isPooled: boolean): FoundHead | string {
    const [features = '', weight = ''] = node.input;
    const [classes, units, ...kernel] = this.#constantDims(weight) ?? [];
    const isPlain =
      kernel.every((size) => size === 1) &&
      intAttribute(node, 'group', 1) === 1 &&
      (intsAttribute(node, 'strides') ?? []).every((stride) => stride === 1) &&
      (intsAttribute(node, 'pads') ?? []).every((pad) => pad === 0);
    if (classes === undefined || units === undefined || !isPlain) {
      return `node ${describeNode(node)} must be a 1 x 1 convolution with constant weights`;
    }
    const space = this.#types.typeOf(features).dims?.slice(2);
    if (!isPooled && !space?.every((size) => size === 1)) {
      return `node ${describeNode(node)} must give one value per class, got a map of them`;
    }
    return { operator: 'Conv', features, units, classes };
  }

  #constantDims(value: string): readonly number[] | undefined {
    return this.#types.constants.has(value) ? (this.#types.typeOf(value).dims as readonly number[]) : undefined;
  }

  /** The value that a node passes on, `undefined` where it does more than that. */
  #behind(node: Node, isPooled: boolean): string | undefined {
    const operator = node.domain ? '' : (node.opType ?? '');
    if (operator === 'Add') {
      const [only, ...others] = node.input.filter((value) => !this.#types.constants.has(value));
      return others.length === 0 ? only : undefined;
    }
    // SqueezeNet has a ReLU between its last convolution and the average.
    const isPassed = SAME_SHAPE.has(operator) || OTHER_SHAPE.has(operator) || (operator === 'Relu' && isPooled);
    return isPassed || this.#isPooling(node) ? node.input[0] : undefined;
  }

  #isPooling(node: Node): boolean {
    if (node.domain) return false;
    if (node.opType === 'GlobalAveragePool') return true;
    if (node.opType !== 'ReduceMean') return false;
    const rank = this.#rankOf(node.input[0] ?? '');
    const given = this.#types.constants.get(node.input[1] ?? '');
    const axes = intsAttribute(node, 'axes') ?? (given?.type === 'int64' ? Array.from(given.data, Number) : []);
    const counted = new Set(axes.map((axis) => positiveAxis(axis, rank ?? 0)));
    // Batch and channels stay, all of space goes.
    return rank !== undefined && rank > 2 && counted.size === rank - 2 && !counted.has(0) && !counted.has(1);
  }
}
