import { type Graph, type Model, type ModelFunction, type Node, withFields } from '../format/messages.ts';
import { isStandardDomain, plainDomain } from '../graph/domain.ts';
import { functionBody, functionKey, functionsByKey } from '../graph/function-body.ts';
import { Names } from '../graph/names.ts';
import { describeNode } from '../graph/topology.ts';
import { inlinedGraph } from './inlined-graph.ts';
import type { Pass } from './pass.ts';
import { passResult } from './rewrite-graphs.ts';

/** Calls inside of calls deeper than this are taken for a cycle. */
const MAX_DEPTH = 32;

/**
 * Puts the bodies of the model's own functions in the place of their calls. Functions that use operator sets in another
 * version than the model stay.
 */
export const inlineFunctions: Pass = (model) => {
  const functions = functionsByKey(model.functions);
  if (functions.size === 0) return passResult(model, model, 'inline-functions', []);
  const inliner = new Inliner(model, functions);
  const graph = inliner.graph(model.graph, 0);
  const { changes } = inliner;
  const after = changes.length === 0 ? model : withFields(model, { graph, opsetImport: inliner.imports });
  return passResult(model, after, 'inline-functions', changes);
};

class Inliner {
  readonly changes: string[] = [];
  readonly imports: Model['opsetImport'];
  readonly #functions: ReadonlyMap<string, ModelFunction>;
  readonly #versions: Map<string, number>;
  readonly #names: Names;

  constructor(model: Model, functions: ReadonlyMap<string, ModelFunction>) {
    this.#versions = new Map(
      model.opsetImport.map(({ domain, version }) => [plainDomain(domain), Number(version ?? 1)]),
    );
    this.#functions = functions;
    this.#names = Names.of(model.graph);
    this.imports = [...model.opsetImport];
  }

  graph(graph: Graph, depth: number): Graph {
    const node = graph.node.flatMap((entry) => this.#node(entry, depth));
    return node.length === graph.node.length && node.every((entry, index) => entry === graph.node[index])
      ? graph
      : withFields(graph, { node });
  }

  #node(node: Node, depth: number): Node[] {
    const called = this.#functions.get(functionKey(node));
    if (!called || depth >= MAX_DEPTH || !this.#canImport(called)) return [this.#withInner(node, depth)];
    this.changes.push(`${describeNode(node)} became what the function does`);
    const body = functionBody(called, node);
    const { nodes } = inlinedGraph(body, node.input, node.output, (prefix) => this.#names.fresh(prefix));
    return nodes.flatMap((entry) => this.#node(entry, depth + 1));
  }

  #withInner(node: Node, depth: number): Node {
    if (!node.attribute.some(({ g }) => g)) return node;
    const attribute = node.attribute.map((entry) => {
      const g = entry.g && this.graph(entry.g, depth);
      return g === entry.g ? entry : withFields(entry, { g });
    });
    return attribute.some((entry, index) => entry !== node.attribute[index]) ? withFields(node, { attribute }) : node;
  }

  /** Whether the function's operator sets are the model's; sets of domains that the model does not import are added. */
  #canImport({ opsetImport }: ModelFunction): boolean {
    const fits = opsetImport.every(({ domain, version }) => {
      const known = this.#versions.get(plainDomain(domain));
      return known === undefined ? !isStandardDomain(domain) : known === Number(version ?? 1);
    });
    if (!fits) return false;
    for (const entry of opsetImport) {
      if (this.#versions.has(plainDomain(entry.domain))) continue;
      this.#versions.set(plainDomain(entry.domain), Number(entry.version ?? 1));
      this.imports.push(entry);
    }
    return true;
  }
}
