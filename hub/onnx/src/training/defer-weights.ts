import { floatAttribute, intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { deferredUpdate } from './deferred-update.ts';
import { DEFAULT_OPTIMIZER } from './optimizers/add-optimizer.ts';
import { isDecayed, type OptimizerParameter } from './optimizers/optimizer-context.ts';
import type { DeferredGradient, DeferredUpdate, DeferredWeight, TrainingOptions } from './training-graph.ts';

/**
 * Makes what the update of these weights needs outputs of the graph, instead of the updated weights.
 *
 * The gradient of a matrix is mostly a product of two much smaller ones, those that the rows of a batch give. They take
 * its place, so that it is never there as a whole.
 */
export function deferWeights(
  graph: GraphBuilder,
  types: InferredTypes,
  parameters: readonly OptimizerParameter[],
  options: TrainingOptions,
): DeferredWeight[] {
  const { optimizer = DEFAULT_OPTIMIZER, averageDecay, clipNorm } = options;
  const nodes = graph.graph().node;
  const outputs = new NewOutputs(graph, nodes);
  const updates = new Map<string, DeferredUpdate>();
  const updateOf = (isDecaying: boolean, product: Node | undefined): DeferredUpdate => {
    const key = `${isDecaying} ${product ? gemmKey(product) : ''}`;
    const made =
      updates.get(key) ??
      deferredUpdate({
        ...{ optimizer, averageDecay, product, isDecayed: isDecaying, isClipped: clipNorm !== undefined },
        opset: graph.opset(),
      });
    updates.set(key, made);
    return made;
  };
  return parameters.map(({ name, input, dims, initial, gradient }) => {
    const product = smallProduct(nodes, types, gradient);
    const [left = '', right = ''] = product?.input ?? [];
    const source: DeferredGradient = product
      ? { kind: 'product', left: outputs.of(left), right: outputs.of(right) }
      : { kind: 'whole', output: outputs.of(gradient) };
    return {
      name,
      input,
      dims,
      initial,
      gradient: source,
      update: updateOf(isDecayed({ name, dims }, optimizer.decayed), product),
    };
  });
}

/** Values as outputs of the graph; one that is an input of it gets a node in between. */
class NewOutputs {
  readonly #graph: GraphBuilder;
  readonly #written: ReadonlySet<string>;
  readonly #made = new Map<string, string>();

  constructor(graph: GraphBuilder, nodes: readonly Node[]) {
    this.#graph = graph;
    this.#written = new Set(nodes.flatMap(({ output }) => output));
  }

  of(value: string): string {
    const known = this.#made.get(value);
    if (known !== undefined) return known;
    const made = this.#written.has(value) ? value : this.#graph.node('Identity', [value], {}, { name: 'deferred' });
    this.#graph.output(made, 'float32');
    this.#made.set(value, made);
    return made;
  }
}

/** The Gemm that writes the gradient, if its factors grow with the batch and not with the weight. */
function smallProduct(nodes: readonly Node[], types: InferredTypes, gradient: string): Node | undefined {
  const writer = (value: string): Node | undefined => nodes.find(({ output }) => output.includes(value));
  const product = writer(gradient);
  if (product?.opType !== 'Gemm' || product.input.length !== 2) return undefined;
  const isOpen = (value: string): boolean => {
    const from = writer(value);
    const source = from?.opType === 'Flatten' ? (from.input[0] ?? '') : value;
    return types.typeOf(source).dims?.some((dim) => typeof dim !== 'number') ?? false;
  };
  return product.input.some(isOpen) ? product : undefined;
}

function gemmKey(product: Node): string {
  const alpha = floatAttribute(product, 'alpha', 1);
  return [alpha, intAttribute(product, 'transA', 0), intAttribute(product, 'transB', 0)].join();
}
