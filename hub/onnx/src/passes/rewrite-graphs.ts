import Long from 'long';
import { type Graph, type Model, type Node, withFields, withGraph } from '../format/messages.ts';
import { Names } from '../graph/names.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { type InferredTypes, inferTypes, overridableNames } from '../shape/infer-types.ts';
import { GraphEdit } from './graph-edit.ts';
import type { PassName, PassResult } from './pass.ts';

/** First IR version in which an initializer need not be an input too. */
const FREE_INITIALIZERS_SINCE_IR = 4;

/**
 * Applies a rewrite to every graph of a model, those inside of nodes first.
 *
 * Graphs of which nothing can be inferred, because the operator around them is not known, stay as they are.
 */
export function rewriteGraphs(model: Model, pass: PassName, rewrite: (edit: GraphEdit) => void): PassResult {
  const [names, overridable] = [Names.of(model.graph), overridableNames(model)];
  const changes: string[] = [];
  const visit = (graph: Graph, types: InferredTypes): Graph => {
    const node = graph.node.map((entry) => withInnerGraphs(entry, types, visit));
    const inner = node.some((entry, index) => entry !== graph.node[index]) ? withFields(graph, { node }) : graph;
    const edit = new GraphEdit({ graph: inner, types, names, overridable });
    rewrite(edit);
    changes.push(...edit.changes);
    return edit.finish();
  };
  const graph = visit(model.graph, inferTypes(model));
  return passResult(
    model,
    changes.length === 0 ? model : freeInitializers(withFields(model, { graph })),
    pass,
    changes,
  );
}

/** The result of a pass with its report. */
export function passResult(before: Model, after: Model, pass: PassName, changes: readonly string[]): PassResult {
  const [nodesBefore, nodesAfter] = [before, after].map(({ graph }) => allNodes(graph.node).length);
  return { model: after, report: { pass, nodesBefore: nodesBefore ?? 0, nodesAfter: nodesAfter ?? 0, changes } };
}

function withInnerGraphs(node: Node, types: InferredTypes, visit: (graph: Graph, types: InferredTypes) => Graph): Node {
  if (!node.attribute.some(({ g }) => g)) return node;
  const attribute = node.attribute.map((entry) => {
    const within = entry.g ? types.within(entry.g) : undefined;
    if (!entry.g || !within) return entry;
    const g = visit(entry.g, within);
    return g === entry.g ? entry : withFields(entry, { g });
  });
  return attribute.some((entry, index) => entry !== node.attribute[index]) ? withFields(node, { attribute }) : node;
}

/** In old files every initializer is an input too, and new ones would have to be; a newer IR version needs neither. */
function freeInitializers(model: Model): Model {
  if (Number(model.irVersion ?? 0) >= FREE_INITIALIZERS_SINCE_IR) return model;
  const constants = new Set(model.graph.initializer.map(({ name }) => name ?? ''));
  const input = model.graph.input.filter(({ name }) => !constants.has(name ?? ''));
  return withGraph(withFields(model, { irVersion: Long.fromInt(FREE_INITIALIZERS_SINCE_IR) }), { input });
}
