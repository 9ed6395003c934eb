import { encodeAttribute } from '../../format/attributes.ts';
import { type Graph, type Node, type TensorProto, withFields } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { decodeTensor } from '../../tensor/decode-tensor.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { scalar } from '../../tensor/tensor.ts';
import type { StateTensor } from '../training-graph.ts';

/**
 * BatchNormalization nodes in training mode: they normalise by the batch and move their running statistics, which
 * become state. Nodes that share statistics move them one after the other.
 *
 * @see ONNX BatchNormalization-15; unlike PyTorch's, its running variance is that of the population
 */
export class BatchStatistics {
  readonly #graph: GraphBuilder;
  readonly #initializers: ReadonlyMap<string, TensorProto>;
  readonly #nodes: readonly Node[];
  /** Present value of each statistic, by initializer. */
  readonly #values = new Map<string, string>();

  constructor(graph: GraphBuilder, { initializer, node }: Graph) {
    this.#graph = graph;
    this.#initializers = new Map(initializer.map((proto) => [proto.name ?? '', proto]));
    this.#nodes = node.filter(({ opType }) => opType === 'BatchNormalization');
  }

  get state(): StateTensor[] {
    return [...this.#values].flatMap(([name, output]) => {
      const initializer = this.#initializers.get(name);
      const decoded = initializer && decodeTensor(initializer);
      if (decoded?.type !== 'float32') return [];
      return { name, kind: 'statistic', input: name, output, dims: decoded.dims, initial: decoded.data } as const;
    });
  }

  /** Puts the node into training mode. False where its statistics are no float32 constants, as in training mode. */
  replace(node: Node): boolean {
    const [x = '', scale = '', bias = '', mean = '', variance = ''] = node.input;
    const statistics = [mean, variance];
    if (statistics.some((name) => this.#initializers.get(name)?.dataType !== DATA_TYPE.float32)) return false;
    const kept = node.attribute.filter(({ name }) => name !== 'training_mode');
    const moved = [0, 1].map((at) => node.output[1 + at] || this.#graph.fresh(`${statistics[at]}_running`));
    this.#graph.keep(
      withFields(node, {
        input: [x, scale, bias, ...statistics.map((name) => this.#valueOf(name))],
        output: [node.output[0] ?? '', ...moved],
        attribute: [...kept, encodeAttribute('training_mode', 1)],
      }),
    );
    for (const [at, name] of statistics.entries()) this.#values.set(name, moved[at] ?? '');
    return true;
  }

  /**
   * ONNX Runtime writes moved statistics over those that came in unless they are outputs of the graph. Where another node
   * moves them on, they are not, so a copy goes in: a Sum, which no optimization takes away.
   */
  #valueOf(name: string): string {
    const readers = this.#nodes.filter(({ input }) => input.includes(name));
    const moved = this.#values.get(name);
    if (moved !== undefined || readers.length === 1) return moved ?? name;
    return this.#graph.node('Sum', [name, this.#graph.constant(scalar(0))]);
  }
}
