import { float32, GraphBuilder } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { frozenEnd } from './frozen-end.ts';

const HEAD_INPUT = { value: 'deep', dims: [64] };

/** features [batch, 16] -> wide [batch, 64] -> narrow [batch, 4] -> deep [batch, 64] -> logits [batch, 2]. */
function network() {
  const graph = new GraphBuilder();
  const weight = (name: string, from: number, to: number) =>
    graph.initializer(name, float32(new Float32Array(from * to), [from, to]));
  graph.node('MatMul', [graph.input('features', 'float32', ['batch', 16]), weight('first', 16, 64)], {}, out('wide'));
  graph.node('MatMul', ['wide', weight('second', 64, 4)], {}, out('narrow'));
  graph.node('MatMul', ['narrow', weight('third', 4, 64)], {}, out('deep'));
  graph.node('MatMul', ['deep', weight('head', 64, 2)], {}, out('logits'));
  return graph.output('logits', 'float32', ['batch', 2]).build();
}

function out(name: string) {
  return { outputs: [name] };
}

const features = Array.from({ length: 16 }, (_, at) => `f${at}`);

describe('what does not learn ends', () => {
  test('as late as possible, where there is room for its values', () => {
    expect(frozenEnd(network(), ['head'], HEAD_INPUT, { rows: 1_000, features }).value).toBe('deep');
  });

  test('in front of the first weight that learns', () => {
    expect(frozenEnd(network(), ['third', 'head'], HEAD_INPUT, { rows: 1_000, features }).value).toBe('narrow');
    const onlyWide = frozenEnd(network(), ['second', 'head'], HEAD_INPUT, { rows: 1_000, features });
    expect(onlyWide).toEqual({ value: 'wide', dims: [64] });
  });

  test('where the values of all rows stay within 1 GiB, and else where they are fewest', () => {
    expect(frozenEnd(network(), ['head'], HEAD_INPUT, { rows: 2 ** 22, features }).value).toBe('deep');
    expect(frozenEnd(network(), ['head'], HEAD_INPUT, { rows: 2 ** 22 + 1, features }).value).toBe('narrow');
    expect(frozenEnd(network(), ['head'], HEAD_INPUT, { rows: 2 ** 30, features }).value).toBe('narrow');
  });
});
