import { type Model, valueTypeOf } from '@edgeloop/onnx';

/** Where nothing tells more: small numbers, of which models know the meaning most often. */
const USUAL_LIMIT = 2;
/** Operators between an input and the table that it looks up. */
const PASSES: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Clip']);

/** Rows of the smallest table of constants that an input is a place in. */
export function lookedUpRows({ graph }: Model, input: string): number {
  const sizes = new Map(graph.initializer.map(({ name, dims }) => [name ?? '', Number(dims[0] ?? 0)]));
  for (const value of graph.valueInfo) {
    const [rows] = valueTypeOf(value).dims ?? [];
    if (typeof rows === 'number' && !sizes.has(value.name ?? '')) sizes.set(value.name ?? '', rows);
  }
  const names = new Set([input]);
  let smallest = Number.POSITIVE_INFINITY;
  // Nodes come in order: whoever reads a value stands behind what makes it.
  for (const { opType, input: inputs, output } of graph.node) {
    const [table = '', indices = ''] = inputs;
    if (opType === 'Gather' && names.has(indices)) smallest = Math.min(smallest, sizes.get(table) ?? smallest);
    if (PASSES.has(opType ?? '') && names.has(table)) for (const name of output) names.add(name);
  }
  return Number.isFinite(smallest) && smallest > 0 ? smallest : USUAL_LIMIT;
}
