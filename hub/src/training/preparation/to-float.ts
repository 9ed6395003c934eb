import type { GraphBuilder } from '@edgeloop/onnx';

// ONNX TensorProto.DataType
const FLOAT = 1;
const INT64 = 7;

/** Casts to float32. */
export function toFloat(graph: GraphBuilder, value: string): string {
  return graph.node('Cast', [value], { to: FLOAT });
}

/** Casts to int64. */
export function toInteger(graph: GraphBuilder, value: string): string {
  return graph.node('Cast', [value], { to: INT64 });
}
