import type { Model, Node } from '../format/messages.ts';
import { withGraph } from '../format/messages.ts';
import { differentiate } from '../gradient/differentiate.ts';
import { DEFAULT_OPSET, GraphBuilder } from '../graph/graph-builder.ts';
import { valuesRead } from '../graph/topology.ts';
import { inferTypes } from '../shape/infer-types.ts';
import type { Tensor, TensorOf } from '../tensor/tensor.ts';
import { ortSession } from './ort-session.ts';

type Point = Readonly<Record<string, TensorOf<'float64'> | TensorOf<'float32'>>>;
type Values = Readonly<Record<string, Tensor>>;

const SEED = 'gradient_of_output';

/**
 * Gradients of the sum of a graph's entries at one point, by input; one that the graph does not depend on is missing.
 *
 * The gradients are computed in a model of their own, which gets what the forward model computed, so that the forward
 * nodes may belong to an operator set older than what the rules emit.
 */
export async function pointGradients(
  point: Point,
  build: (graph: GraphBuilder) => string,
  opset: number = DEFAULT_OPSET,
): Promise<Record<string, readonly number[]>> {
  const graph = new GraphBuilder({ opset });
  for (const [name, { type, dims }] of Object.entries(point)) graph.input(name, type, dims);
  const output = build(graph);
  const forward = graph.build();
  const gradients = differentiate(graph, {
    nodes: forward.graph.node,
    types: inferTypes(forward),
    seeds: new Map([[output, SEED]]),
    wanted: Object.keys(point),
  });
  const values = { ...(await forwardValues(forward, point)), ...point };
  const added = graph.build().graph;
  const nodes = added.node.slice(forward.graph.node.length);
  const backward = backwardModel(nodes, { ...values, [SEED]: ones(values[output]!) }, [...gradients.values()]);
  const model = withGraph(backward.model, { initializer: added.initializer });
  const outputs = await (await ortSession(model)).run(backward.feeds as Point);
  return Object.fromEntries([...gradients].map(([name, value]) => [name, [...(outputs[value]!.data as Float64Array)]]));
}

async function forwardValues(forward: Model, point: Point): Promise<Values> {
  const types = inferTypes(forward);
  const graph = GraphBuilder.extend(forward);
  for (const value of forward.graph.node.flatMap((node) => node.output)) {
    graph.output(value, types.typeOf(value).type ?? 'float64');
  }
  return (await ortSession(graph.build())).run(point);
}

function backwardModel(
  nodes: readonly Node[],
  values: Values,
  outputs: readonly string[],
): { model: Model; feeds: Values } {
  const graph = new GraphBuilder();
  const read = new Set([...nodes.flatMap(valuesRead), ...outputs]);
  const feeds = Object.fromEntries(Object.entries(values).filter(([name]) => read.has(name)));
  for (const [name, { type, dims }] of Object.entries(feeds)) graph.input(name, type, dims);
  for (const output of outputs) graph.output(output, values[SEED]!.type);
  const model = graph.build();
  return { model: withGraph(model, { node: [...nodes] }), feeds };
}

function ones({ type, dims, data }: Tensor): Tensor {
  return { type, dims, data: (data as Float64Array).map(() => 1) } as Tensor;
}
