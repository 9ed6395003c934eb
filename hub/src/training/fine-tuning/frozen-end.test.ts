import { float32, GraphBuilder } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { type FrozenEnd, frozenEnd } from './frozen-end.ts';

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

function endOf(trainable: readonly string[], rows: number): FrozenEnd | undefined {
  const known = { value: 'deep', dims: [64] };
  return frozenEnd(network(), { inputs: ['features'], output: 'logits', trainable, rows, rowValues: 16, known });
}

describe('what does not learn ends', () => {
  test('as late as possible, where there is room for its values', () => {
    expect(endOf(['head'], 1_000)?.value).toBe('deep');
  });

  test('in front of the first weight that learns', () => {
    expect(endOf(['third', 'head'], 1_000)?.value).toBe('narrow');
    const onlyWide = endOf(['second', 'head'], 1_000);
    expect(onlyWide).toEqual({ value: 'wide', dims: [64] });
  });

  test('where the values of all rows stay within 1 GiB, and else where they are fewest', () => {
    expect(endOf(['head'], 2 ** 22)?.value).toBe('deep');
    expect(endOf(['head'], 2 ** 22 + 1)?.value).toBe('narrow');
    expect(endOf(['head'], 2 ** 30)?.value).toBe('narrow');
  });

  test('behind the place where several inputs come together', () => {
    const graph = new GraphBuilder();
    const inputs = ['a', 'b'].map((name) => graph.input(name, 'float32', ['batch', 4]));
    graph.node('Concat', inputs, { axis: 1 }, out('both'));
    graph.initializer('head', float32(new Float32Array(16), [8, 2]));
    graph.node('MatMul', ['both', 'head'], {}, out('logits'));
    const model = graph.output('logits', 'float32', ['batch', 2]).build();
    const part = { output: 'logits', trainable: ['head'], rows: 10, rowValues: 8 };
    expect(frozenEnd(model, { ...part, inputs })).toEqual({ value: 'both', dims: [8] });
    const apart = new GraphBuilder();
    for (const name of ['a', 'b']) {
      apart.initializer(`w${name}`, float32(new Float32Array(8), [4, 2]));
      apart.node('MatMul', [apart.input(name, 'float32', ['batch', 4]), `w${name}`], {}, out(`from_${name}`));
    }
    apart.node('Add', ['from_a', 'from_b'], {}, out('logits'));
    const summed = apart.output('logits', 'float32', ['batch', 2]).build();
    expect(frozenEnd(summed, { ...part, inputs, trainable: ['wa', 'wb'] })).toBeUndefined();
  });
});
