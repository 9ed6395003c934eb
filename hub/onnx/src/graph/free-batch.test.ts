import { describe, expect, test } from 'vitest';
import { float32, int64 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { freeBatch } from './free-batch.ts';
import { GraphBuilder } from './graph-builder.ts';

function fixed(shape: readonly number[]) {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', [1, 2, 3]);
  graph.node('Reshape', ['x', graph.constant(int64(shape))], {}, { outputs: ['flat'] });
  graph.node('Relu', ['flat'], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', [1, 6]).build();
}

describe('freeing the batch of a model', () => {
  test('lets it take as many rows as there are', async () => {
    const { y } = await (await ortSession(freeBatch(fixed([-1, 6]), 'x', 'y'))).run({
      x: float32(new Float32Array(24).fill(2), [4, 2, 3]),
    });
    expect(y!.dims).toEqual([4, 6]);
  });

  test('is not possible where a node has the number of rows inside', () => {
    expect(() => freeBatch(fixed([1, -1]), 'x', 'y')).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH', message: expect.stringMatching(/y has 1 whatever the input/) }),
    );
  });

  test('leaves a model alone whose batch is open', () => {
    const graph = new GraphBuilder();
    graph.node('Relu', [graph.input('x', 'float32', ['n', 2])], {}, { outputs: ['y'] });
    const open = graph.output('y', 'float32', ['n', 2]).build();
    expect(freeBatch(open, 'x', 'y')).toBe(open);
  });
});
