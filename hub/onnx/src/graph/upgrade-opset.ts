import Long from 'long';
import { ModelError } from '../errors.ts';
import { encodeAttribute } from '../format/attributes.ts';
import {
  type Attribute,
  type Graph,
  type Model,
  type Node,
  newNode,
  withFields,
  withGraph,
} from '../format/messages.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isStandardDomain } from './domain.ts';
import { Names } from './names.ts';
import { OPERATOR_UPGRADES, type UpgradeContext } from './operator-upgrades.ts';
import { opsetOf } from './opset.ts';
import { describeNode } from './topology.ts';

/** Oldest version of the standard's operator set that can be upgraded. */
export const OLDEST_UPGRADABLE_OPSET = 7;
/** Newest version that `upgradeOpset` knows the way to. */
export const NEWEST_UPGRADE_OPSET = 21;

/** First file format version that goes with an operator set, newest first. */
const IR_VERSIONS: readonly (readonly [opset: number, irVersion: number])[] = [
  [21, 10],
  [19, 9],
  [15, 8],
  [12, 7],
  [11, 6],
  [10, 5],
  [9, 4],
];

/**
 * The model in a newer version of the standard's operator set: nodes whose form changed in between are rewritten so that
 * they compute what they did. A model of that version or a newer one is returned as it is.
 *
 * @throws ModelError OPSET_UNSUPPORTED, with the node, where an operator has no newer form
 */
export function upgradeOpset(model: Model, opset: number): Model {
  const from = opsetOf(model);
  if (from >= opset) return model;
  if (from < OLDEST_UPGRADABLE_OPSET || opset > NEWEST_UPGRADE_OPSET) {
    const message = `Operator set must be between ${OLDEST_UPGRADABLE_OPSET} and ${NEWEST_UPGRADE_OPSET} to be upgraded, got ${from} to ${opset}`;
    throw new ModelError('OPSET_UNSUPPORTED', message);
  }
  const types = inferTypes(model);
  const upgrade = new OpsetUpgrade(Names.of(model.graph), from, opset, types);
  const { graph } = model;
  const constants = new Set(graph.initializer.map(({ name }) => name));
  // Before file format 4, every initializer was an input too; since then that makes it one that callers may replace.
  const isOld = Number(model.irVersion ?? 0) < 4;
  const irVersion = IR_VERSIONS.find(([first]) => opset >= first)?.[1] ?? 3;
  return withGraph(
    withFields(model, {
      irVersion: Long.fromNumber(Math.max(Number(model.irVersion ?? 0), irVersion)),
      opsetImport: model.opsetImport.map((entry) =>
        isStandardDomain(entry.domain) ? withFields(entry, { version: Long.fromNumber(opset) }) : entry,
      ),
    }),
    {
      node: upgrade.nodes(graph.node),
      input: isOld ? graph.input.filter(({ name }) => !constants.has(name)) : graph.input,
    },
  );
}

class OpsetUpgrade {
  readonly #names: Names;
  readonly #from: number;
  readonly #to: number;
  readonly #types: InferredTypes;

  constructor(names: Names, from: number, to: number, types: InferredTypes) {
    this.#names = names;
    this.#from = from;
    this.#to = to;
    this.#types = types;
  }

  nodes(nodes: readonly Node[]): Node[] {
    return nodes.flatMap((node) => this.#node(node));
  }

  #node(node: Node): Node[] {
    const inner = this.#withInnerGraphs(node);
    const before: Node[] = [];
    const context = this.#context(before);
    let current = isStandardDomain(node.domain) ? inner : undefined;
    for (const { operator, since, upgrade } of OPERATOR_UPGRADES) {
      const isPassed = this.#from < since && since <= this.#to;
      if (current && isPassed && operator.includes(current.opType ?? '')) current = upgrade(current, context);
    }
    return [...before, current ?? inner];
  }

  #context(before: Node[]): UpgradeContext {
    const write = (opType: string, input: readonly string[], attribute: Attribute[]): string => {
      const output = this.#names.fresh(`upgraded_${opType.toLowerCase()}`);
      before.push(newNode({ name: output, opType, input: [...input], output: [output], attribute }));
      return output;
    };
    return {
      typeOf: (value) => this.#types.typeOf(value),
      constantOf: (value) => this.#types.valueOf(value),
      // A node and no initializer, so that it can stand in a graph inside a node too.
      constant: (value: Tensor) => write('Constant', [], [encodeAttribute('value', value)]),
      node: (opType, input, attributes = {}) =>
        write(
          opType,
          input,
          Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
        ),
      refusal: (node, expected) => {
        const place = { node: node.name ?? '', operator: node.opType ?? '' };
        const message = `Node ${describeNode(node)} must have ${expected}, to be upgraded from operator set ${this.#from}`;
        return new ModelError('OPSET_UNSUPPORTED', message, { place });
      },
    };
  }

  #withInnerGraphs(node: Node): Node {
    if (!node.attribute.some(({ g, graphs }) => g || graphs.length > 0)) return node;
    const upgraded = (graph: Graph): Graph => withFields(graph, { node: this.nodes(graph.node) });
    const attribute = node.attribute.map((entry) =>
      withFields(entry, { g: entry.g && upgraded(entry.g), graphs: entry.graphs.map(upgraded) }),
    );
    return withFields(node, { attribute });
  }
}
