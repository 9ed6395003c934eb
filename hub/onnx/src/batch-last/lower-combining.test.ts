import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { int64 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { batchLast } from './batch-last.ts';

/** Both ways add in float32, in different orders. */
const DIGITS = 4;
const SAME = { pads: [1, 1, 1, 1] };

interface Case {
  /** First size of the input `x`, and of `other`, as declared. */
  readonly batches: readonly [Dim, Dim];
  /** Rows that are fed. */
  readonly rows: readonly [number, number];
  readonly build: (graph: GraphBuilder, filtered: (value: string) => string) => string;
}

const CASES: Readonly<Record<string, Case>> = {
  'a filtered image is combined with those of a batch': {
    batches: ['batch', 1],
    rows: [3, 1],
    build: (graph, filtered) => graph.node('Sub', [filtered('x'), filtered('other')]),
  },
  'a batch is combined with one filtered image': {
    batches: [3, 1],
    rows: [3, 1],
    build: (graph, filtered) => graph.node('Mul', [filtered('other'), filtered('x')]),
  },
  'two inputs have batches of their own names, one of which may be a single row': {
    batches: ['batch', 'rows'],
    rows: [3, 1],
    build: (graph, filtered) => graph.node('Add', [filtered('x'), 'other']),
  },
  'a batch of open size is combined with a value of another name': {
    batches: ['batch', undefined],
    rows: [3, 3],
    build: (graph, filtered) => graph.node('Add', [filtered('x'), 'other']),
  },
  'one number of the batch itself is a factor': {
    batches: [1, 1],
    rows: [1, 1],
    build: (graph, filtered) => {
      const mean = graph.node('ReduceMean', [filtered('x'), graph.constant(int64([1, 2, 3]))], { keepdims: 0 });
      const single = graph.node('Conv', ['x', graph.constant(randomFloat32(seededRandom(4), [1, 2, 3, 3]))], SAME);
      const whole = graph.node('ReduceMean', [single, graph.constant(int64([2, 3]))], { keepdims: 0 });
      return graph.node('Sum', [filtered('other'), graph.node('Mul', [single, graph.node('Sigmoid', [whole])]), mean]);
    },
  },
};

for (const [title, { batches, rows, build }] of Object.entries(CASES)) {
  test(`outputs stay the same where ${title}`, async () => {
    const random = seededRandom(3);
    const graph = new GraphBuilder();
    for (const [at, name] of ['x', 'other'].entries()) graph.input(name, 'float32', [batches[at], 2, 4, 4]);
    const kernel = graph.constant(randomFloat32(random, [2, 2, 3, 3]));
    const output = build(graph, (value) => graph.node('Conv', [value, kernel], SAME));
    const model = graph.output(output, 'float32').build();
    const [x, other] = rows.map((count) => randomFloat32(random, [count, 2, 4, 4]));
    const expected = await (await ortSession(model)).run({ x: x!, other: other! });
    const got = await (await ortSession(batchLast(model, []).model)).run({ x: x!, other: other! });
    expect(got[output]?.dims).toEqual(expected[output]?.dims);
    const values = [...(got[output]!.data as Float32Array)];
    for (const [at, value] of (expected[output]!.data as Float32Array).entries()) {
      expect(values[at]).toBeCloseTo(value, DIGITS);
    }
  });
}
