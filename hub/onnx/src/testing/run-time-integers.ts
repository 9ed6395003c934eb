import type { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { int64, tensor } from '../tensor/tensor.ts';

/** An int64 value that is known only when the graph runs, because it also reads the float64 value `read`. */
export function runTimeIntegers(graph: GraphBuilder, read: string, values: readonly number[], dims?: number[]): string {
  const nothing = graph.node('Mul', [read, graph.constant(tensor('float64', [], Float64Array.of(0)))]);
  const zero = graph.node('Cast', [graph.node('ReduceMax', [nothing], { keepdims: 0 })], { to: DATA_TYPE.int64 });
  return graph.node('Add', [graph.constant(int64(values, dims)), zero]);
}
