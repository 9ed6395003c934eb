import type { GraphBuilder } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';

/** What adds nodes: the context adds to the graph, the nodes of a loop's body to the graph of one step. */
export type StepNodes = Pick<ExportContext, 'graph' | 'node' | 'number' | 'integers'>;

/** Adds to `body`; constants stay in the graph around it, whose values a body can read. */
export function bodyNodes(context: ExportContext, body: GraphBuilder): StepNodes {
  return {
    graph: body,
    node: (operator, inputs, attributes) => body.node(operator, inputs, attributes),
    number: (value) => context.number(value),
    integers: (values) => context.integers(values),
  };
}

/** The gates of a cell, [batch, gates * units, ...], one by one. */
export function splitGates(nodes: StepNodes, value: string, gates: number, units: number): string[] {
  const sizes = nodes.integers(new Array<number>(gates).fill(units));
  return nodes.graph.nodeWithOutputs(gates, 'Split', [value, sizes], { axis: 1 });
}
