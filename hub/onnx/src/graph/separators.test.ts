import { describe, expect, test } from 'vitest';
import { float32 } from '../tensor/tensor.ts';
import { GraphBuilder } from './graph-builder.ts';
import { separators } from './separators.ts';

function residual() {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4]);
  graph.initializer('w', float32(new Float32Array(16), [4, 4]));
  graph.node('Relu', ['x'], {}, { outputs: ['a'] });
  graph.node('MatMul', ['a', 'w'], {}, { outputs: ['left'] });
  graph.node('Tanh', ['a'], {}, { outputs: ['right'] });
  graph.node('Add', ['left', 'right'], {}, { outputs: ['b'] });
  graph.node('Neg', ['left'], {}, { outputs: ['unused'] });
  graph.node('Sigmoid', ['b'], {}, { outputs: ['y'] });
  return graph.output('y', 'float32').output('unused', 'float32').build();
}

describe('separators', () => {
  test('are the values in front of and behind branches, never inside', () => {
    expect(separators(residual(), 'x', 'y')).toEqual(['x', 'a', 'b', 'y']);
  });

  test('do not see a branch that the output does not need', () => {
    expect(separators(residual(), 'x', 'left')).toEqual(['x', 'a', 'left']);
  });

  test('end where a value from far in front is read again', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    graph.node('Relu', ['x'], {}, { outputs: ['a'] });
    graph.node('Reshape', ['a', graph.node('Shape', ['x'])], {}, { outputs: ['y'] });
    expect(separators(graph.output('y', 'float32').build(), 'x', 'y')).toEqual(['x', 'y']);
  });

  test('are none between values that have nothing to do with each other', () => {
    expect(separators(residual(), 'right', 'left')).toEqual([]);
    expect(separators(residual(), 'x', 'x')).toEqual(['x']);
  });
});
