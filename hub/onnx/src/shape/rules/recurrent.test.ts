import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { inferTypes } from '../infer-types.ts';

const SIZES: Readonly<Record<string, number>> = { first: 4, second: 3 };
const GATES: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 };

/** A layer of 5 features and 2 hidden units over x [first, second, 5]. */
function layer(operator: string, direction: string, layout = 0): { graph: GraphBuilder; outputs: string[] } {
  const graph = new GraphBuilder();
  const random = seededRandom(1);
  const directions = direction === 'bidirectional' ? 2 : 1;
  const rows = 2 * (GATES[operator] ?? 1);
  graph.input('x', 'float32', ['first', 'second', 5]);
  const weights = graph.constant(randomFloat32(random, [directions, rows, 5]));
  const recurrence = graph.constant(randomFloat32(random, [directions, rows, 2]));
  const attributes = { hidden_size: 2, direction, ...(layout === 0 ? {} : { layout }) };
  const count = operator === 'LSTM' ? 3 : 2;
  return { graph, outputs: graph.nodeWithOutputs(count, operator, ['x', weights, recurrence], attributes) };
}

describe.each(Object.keys(GATES))('inferTypes knows the outputs of %s', (operator) => {
  test.each(['forward', 'reverse', 'bidirectional'])('in direction %s', async (direction) => {
    const { graph, outputs } = layer(operator, direction);
    const types = inferTypes(graph.build());
    for (const output of outputs) graph.output(output, 'float32');
    const session = await ortSession(graph.build());
    const results = await session.run({ x: randomFloat32(seededRandom(2), [4, 3, 5]) });
    for (const output of outputs) {
      const { type, dims } = types.typeOf(output);
      expect(type).toBe('float32');
      expect(dims?.map((dim) => (typeof dim === 'string' ? SIZES[dim] : dim))).toEqual(results[output]?.dims);
    }
  });

  test('with the batch in front', () => {
    // ONNX Runtime has no kernel for this layout; the shapes are those of the operator's specification.
    const { graph, outputs } = layer(operator, 'bidirectional', 1);
    const types = inferTypes(graph.build());
    const [sequence = '', last = ''] = outputs;
    expect(types.typeOf(sequence).dims).toEqual(['first', 'second', 2, 2]);
    expect(types.typeOf(last).dims).toEqual(['first', 2, 2]);
  });
});
