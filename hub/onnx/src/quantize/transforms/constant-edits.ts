import { type Model, type Node, withFields } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { pruneModel, requiredInputs } from '../../graph/prune.ts';
import { consumersOf, producersOf, sortNodes } from '../../graph/topology.ts';
import { type InferredTypes, inferTypes, overridableNames } from '../../shape/infer-types.ts';
import { float32 } from '../../tensor/tensor.ts';
import { EditableConstant } from './editable-constant.ts';

/** A graph whose constants are multiplied, node by node: what two nodes share becomes two constants where it differs. */
export class ConstantEdits {
  readonly types: InferredTypes;
  readonly nodes: readonly Node[];
  readonly #model: Model;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #consumers: ReadonlyMap<string, readonly Node[]>;
  readonly #outputs: ReadonlySet<string>;
  readonly #overridable: ReadonlySet<string>;
  readonly #constants = new Map<Node, Map<number, EditableConstant>>();
  readonly #factors = new Map<Node, Map<number, EditableConstant>>();

  constructor(model: Model) {
    this.#model = model;
    this.types = inferTypes(model);
    this.nodes = sortNodes(model.graph.node);
    this.#producers = producersOf(this.nodes);
    this.#consumers = consumersOf(this.nodes);
    this.#outputs = new Set(model.graph.output.map(({ name }) => name ?? ''));
    this.#overridable = overridableNames(model);
  }

  /** The node that writes a value, where it is one of the standard's own operators. */
  producer(value: string): Node | undefined {
    const node = this.#producers.get(value);
    return node && isStandardDomain(node.domain) ? node : undefined;
  }

  readers(value: string): readonly Node[] {
    return this.#consumers.get(value) ?? [];
  }

  /** Whether only these nodes see a value, as one of their inputs each. */
  isOnlyFor(value: string, readers: readonly Node[]): boolean {
    const all = this.readers(value);
    const reads = all.every(
      (node) => readers.includes(node) && node.input.filter((name) => name === value).length === 1,
    );
    return reads && !this.#outputs.has(value);
  }

  /** A constant input; `undefined` for other inputs, and for constants that are not float32 or can be replaced. */
  constant(node: Node, index: number): EditableConstant | undefined {
    const known = this.#constants.get(node)?.get(index);
    if (known) return known;
    const name = node.input[index] ?? '';
    if (!this.isConstant(name) || this.types.typeOf(name).type !== 'float32') return undefined;
    const value = this.types.constants.get(name);
    if (value?.type !== 'float32') return undefined;
    return entryOf(this.#constants, node, index, new EditableConstant(value));
  }

  isConstant(name: string): boolean {
    return name !== '' && !this.#overridable.has(name) && this.types.constants.has(name);
  }

  /** Lets input `index` of some nodes, all the same value, be multiplied by a new constant first. */
  multiplyInput(nodes: readonly Node[], index: number, factor: EditableConstant): void {
    for (const node of nodes) entryOf(this.#factors, node, index, factor);
  }

  /** The model with the constants as they are now; the model itself where none was changed. */
  finish(): Model {
    const graph = GraphBuilder.rewrite(this.#model);
    const products = new Map<EditableConstant, string>();
    let isChanged = false;
    for (const node of this.nodes) {
      const input = node.input.map((name, index) => {
        const constant = this.#constants.get(node)?.get(index);
        if (constant?.isChanged) return graph.constant(tensorOf(constant), `${name}_scaled`);
        const factor = this.#factors.get(node)?.get(index);
        if (!factor) return name;
        const product = products.get(factor) ?? scaledValue(graph, name, factor);
        products.set(factor, product);
        return product;
      });
      const isSame = input.every((name, index) => name === node.input[index]);
      isChanged ||= !isSame;
      graph.keep(isSame ? node : withFields(node, { input }));
    }
    if (!isChanged) return this.#model;
    return pruneModel(graph.build(), requiredInputs(this.#model));
  }
}

function scaledValue(graph: GraphBuilder, value: string, factor: EditableConstant): string {
  const factors = graph.constant(tensorOf(factor), `${value}_factors`);
  return graph.node('Mul', [value, factors], {}, { name: `${value}_smoothed` });
}

function tensorOf({ data, dims }: EditableConstant): ReturnType<typeof float32> {
  return float32(data, dims);
}

function entryOf(
  entries: Map<Node, Map<number, EditableConstant>>,
  node: Node,
  index: number,
  constant: EditableConstant,
): EditableConstant {
  const own = entries.get(node) ?? new Map<number, EditableConstant>();
  entries.set(node, own.set(index, constant));
  return constant;
}
