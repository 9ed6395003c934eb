import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { differentiate } from './differentiate.ts';
import { SEQUENTIAL_ENTRIES } from './scatter-add.ts';

const ROWS = 3;
const WIDTH = 16;

/** How often each entry of a table was looked up by `count` indices, as the gradient of Gather gives it. */
async function lookups(count: number, dims: readonly Dim[]): Promise<{ operators: string[]; totals: number[] }> {
  const graph = new GraphBuilder();
  graph.input('table', 'float32', [ROWS, WIDTH]);
  graph.input('indices', 'int64', dims);
  const rows = graph.node('Gather', ['table', 'indices']);
  const forward = graph.build();
  const ones = graph.node('Exp', [graph.node('Mul', [rows, graph.constant(float32([0], []))])]);
  const types = inferTypes(forward);
  const options = { nodes: forward.graph.node, types, seeds: new Map([[rows, ones]]), wanted: ['table'] };
  const gradient = differentiate(graph, options).get('table') ?? '';
  const model = graph.output(gradient, 'float32', [ROWS, WIDTH]).build();
  const session = await ortSession(model, 2);
  const indices = int64(Array.from({ length: count }, (_, at) => (at % ROWS) - (at % 2) * ROWS));
  const outputs = await session.run({ table: float32(new Float32Array(ROWS * WIDTH), [ROWS, WIDTH]), indices });
  return {
    operators: model.graph.node.map(({ opType }) => opType ?? ''),
    totals: Array.from(outputs[gradient]?.data ?? [], Number),
  };
}

function expected(count: number): number[] {
  return Array.from({ length: ROWS * WIDTH }, (_, at) => Math.ceil((count - Math.floor(at / WIDTH)) / ROWS));
}

describe('sums of rows by index', () => {
  const small = Math.floor(SEQUENTIAL_ENTRIES / WIDTH);

  test('are made by one ScatterND where that is safe', async () => {
    const { operators, totals } = await lookups(small, [small]);
    expect(totals).toEqual(expected(small));
    expect(operators.filter((operator) => operator.startsWith('Scatter'))).toEqual(['ScatterND']);
  });

  // Each of these lost additions to races when one ScatterND made it.
  for (const count of [2 * small + 1, 7 * small + 3, 9 * small]) {
    test(`lose none of ${count} rows on several threads, knowing their number`, async () => {
      expect((await lookups(count, [count])).totals).toEqual(expected(count));
    });

    test(`lose none of ${count} rows on several threads, not knowing their number`, async () => {
      expect((await lookups(count, ['count'])).totals).toEqual(expected(count));
    });
  }

  test('are made entry by entry where there are too many for one ScatterND after the other', async () => {
    const count = 65 * small;
    const { operators, totals } = await lookups(count, [count]);
    expect(totals).toEqual(expected(count));
    expect(operators).toContain('ScatterElements');
  });
});
