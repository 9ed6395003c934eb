import { expect } from 'vitest';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { type OrtSession, ortSession } from './ort-session.ts';

/**
 * Expects that inferred types are what ONNX Runtime makes of the values, and that known sizes are right.
 *
 * @param symbols size that each symbol of the graph's inputs stands for in `feeds`
 * @returns the sizes that were inferred, by value
 */
export async function expectRealTypes(
  graph: GraphBuilder,
  values: readonly string[],
  feeds: Parameters<OrtSession['run']>[0],
  symbols: Readonly<Record<string, number>> = {},
): Promise<(readonly Dim[] | undefined)[]> {
  const types = inferTypes(graph.build());
  // Whatever type is declared here must be the real one, or the session would not load.
  for (const value of values) graph.output(value, types.typeOf(value).type ?? 'float32');
  const outputs = await (await ortSession(graph.build())).run(feeds);
  return values.map((value) => {
    const { type, dims } = types.typeOf(value);
    const real = outputs[value];
    expect(type).toBe(real?.type);
    const sizes = dims?.map((dim, axis) => (typeof dim === 'string' ? symbols[dim] : dim) ?? real?.dims[axis]);
    expect(sizes).toEqual(real?.dims);
    return dims;
  });
}
