import type { Graph, Model, Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { consumersOf, valuesRead } from '../../graph/topology.ts';
import { Constants } from '../../shape/constants.ts';
import { parametersByNode } from '../trainable-parameters.ts';
import type { StateTensor } from '../training-graph.ts';
import { BatchStatistics } from './batch-statistics.ts';
import { DropoutMasks } from './dropout-masks.ts';

/** A forward graph as it runs while it is trained. */
export interface TrainingMode {
  readonly model: Model;
  /** Running statistics, whose inputs are initializers of the model so far; then what Dropout keeps. */
  readonly state: readonly StateTensor[];
}

/**
 * Puts the trained part of a graph into training mode.
 *
 * A BatchNormalization changes where its own parameters or something in front of it are trained; a Dropout where
 * something in front of it is trained, or what reads it first has trained parameters. All others stay as they are: a
 * frozen part computes what it did.
 *
 * @param model nodes in order
 */
export function inTrainingMode(model: Model, trained: ReadonlySet<string>, seed: number): TrainingMode {
  const graph = GraphBuilder.rewrite(model);
  const statistics = new BatchStatistics(graph, model.graph);
  const masks = new DropoutMasks(graph, new Constants(model.graph), seed);
  const isHead = headTest(model.graph, trained);
  const learned = new Set(trained);
  for (const node of model.graph.node) {
    const isLearned = valuesRead(node).some((value) => learned.has(value));
    if (isLearned) for (const value of node.output) learned.add(value);
    const operator = isStandardDomain(node.domain) ? node.opType : undefined;
    const isReplaced =
      (operator === 'BatchNormalization' && isLearned && statistics.replace(node)) ||
      (operator === 'Dropout' && !readsMask(node, model.graph) && (isLearned || isHead(node)) && masks.replace(node));
    if (!isReplaced) graph.keep(node);
  }
  return { model: graph.build(), state: [...statistics.state, ...masks.state] };
}

function readsMask({ output }: Node, graph: Graph): boolean {
  const mask = output[1] ?? '';
  return mask !== '' && graph.node.some((node) => valuesRead(node).includes(mask));
}

/** Whether the first parameters behind a node are trained ones. */
function headTest(graph: Graph, trained: ReadonlySet<string>): (node: Node) => boolean {
  const consumers = consumersOf(graph.node);
  const parameters = parametersByNode(graph);
  const known = new Map<Node, boolean>();
  const leadsToTrained = (node: Node): boolean => {
    const readers = node.output.flatMap((value) => consumers.get(value) ?? []);
    const answer =
      known.get(node) ??
      readers.some((reader) => parameters.get(reader)?.some((name) => trained.has(name)) ?? leadsToTrained(reader));
    known.set(node, answer);
    return answer;
  };
  return leadsToTrained;
}
