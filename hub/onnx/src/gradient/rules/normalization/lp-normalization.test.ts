import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { float32 } from '../../../tensor/tensor.ts';
import { ortSession } from '../../../testing/ort-session.ts';
import { differentiate } from '../../differentiate.ts';

test.each([1, 2])('a row of zeros has a gradient of 0, not of no number, with p = %i', async (p) => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', [2, 3]);
  const y = graph.node('LpNormalization', ['x'], { p });
  const forward = graph.build();
  const seeds = new Map([[y, graph.constant(float32([1, 2, 3, 4, 5, 6], [2, 3]))]]);
  const options = { nodes: forward.graph.node, types: inferTypes(forward), seeds, wanted: ['x'] };
  const gradient = differentiate(graph, options).get('x') ?? '';
  const session = await ortSession(graph.output(gradient, 'float32').build());
  const outputs = await session.run({ x: float32([0, 0, 0, 3, 4, 5], [2, 3]) });
  const values = Array.from(outputs[gradient]?.data ?? [], Number);
  expect(values.slice(0, 3)).toEqual([0, 0, 0]);
  expect(values.slice(3).every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
});
