import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { bindSizes, openSizes } from './bind-sizes.ts';
import { inferTypes } from './infer-types.ts';

function model() {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 3, undefined]);
  graph.input('y', 'float32', ['batch', 'width']);
  graph.output(graph.node('Relu', ['x'], {}, { outputs: ['z'] }), 'float32', ['batch', 3, undefined]);
  return graph.build();
}

describe('bindSizes', () => {
  test('fixes a symbol wherever it is, and sizes without one by their place', () => {
    const bound = bindSizes(model(), { batch: 2, 'x.2': 7 });
    const types = inferTypes(bound);
    expect(types.typeOf('z').dims).toEqual([2, 3, 7]);
    expect(types.typeOf('y').dims).toEqual([2, 'width']);
    expect(openSizes(bound.graph)).toEqual(['width']);
    expect(openSizes(model().graph)).toEqual(['batch', 'x.2', 'width']);
  });

  test('refuses sizes that are none, and names the open ones', () => {
    expect(() => bindSizes(model(), { height: 2 })).toThrow(
      expect.objectContaining({
        code: 'VALUE_UNKNOWN',
        message: 'Size height must be one of batch, x.2, width, got no such open size',
      }),
    );
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(() => bindSizes(model(), { batch: size })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });
});
