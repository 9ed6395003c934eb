import { float32, GraphBuilder, type Model, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { OrtEngine } from '../ort/ort-engine.ts';
import { type MadeUpFeeds, madeUpFeeds } from './made-up-feeds.ts';

const ENGINE = new OrtEngine();

async function feedsOf(model: Model): Promise<MadeUpFeeds> {
  const runner = await ENGINE.open(writeModel(model));
  try {
    return await madeUpFeeds(model, runner);
  } finally {
    await runner.close();
  }
}

/** y = x w over rows of `columns` numbers, of which the model tells nothing. */
function openProduct(columns: number): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 'columns']);
  const weights = graph.initializer('w', float32(new Float32Array(columns).fill(1), [columns, 1]));
  graph.node('MatMul', ['x', weights], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 1]).build();
}

describe('made-up inputs', () => {
  test('have the first sizes with which the model runs', async () => {
    expect((await feedsOf(openProduct(64))).shapes).toBe('x [1, 64]');
    expect((await feedsOf(openProduct(8))).shapes).toBe('x [1, 8]');
    await expect(feedsOf(openProduct(7))).rejects.toMatchObject({
      ...{ code: 'MODEL_INVALID', message: expect.stringMatching(/^the model ran with none of 10 made-up inputs: /) },
    });
  });

  test('are the same every time, and differ from row to row', async () => {
    const [first, second] = [await feedsOf(openProduct(16)), await feedsOf(openProduct(16))];
    expect(first.source.rows).toBe(128);
    expect(first.source.atOnce).toBe(1);
    for (let row = 0; row < 3; row++) expect(first.source.feeds(row, 1)).toEqual(second.source.feeds(row, 1));
    expect(first.source.feeds(0, 1)).not.toEqual(first.source.feeds(1, 1));
  });

  test('are fewer where one takes much memory, and none where it takes more than there is', async () => {
    const negated = (values: number): Model => {
      const graph = new GraphBuilder();
      graph.node('Not', [graph.input('x', 'bool', [1, values])], {}, { outputs: ['y'] });
      return graph.output('y', 'bool', [1, values]).build();
    };
    // 128 MiB hold three rows of 40 MB.
    expect((await feedsOf(negated(40_000_000))).source.rows).toBe(3);
    await expect(feedsOf(negated(2 ** 34))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: 'input x of [1, 17179869184] has 17179869184 values, of which at most 67108864 are made up',
    });
  });

  test('are places of the table that the model looks up, of equal length, with everything unmasked', async () => {
    const graph = new GraphBuilder();
    graph.input('ids', 'int64', ['batch', 'length']);
    graph.input('mask', 'int64', ['batch', 'length']);
    const table = graph.initializer('table', float32(new Float32Array(10).fill(1), [5, 2]));
    const words = graph.node('Gather', [table, 'ids']);
    // ONNX TensorProto.DataType: 1 is FLOAT.
    const mask = graph.node('Cast', ['mask'], { to: 1 });
    graph.node('Einsum', [words, mask], { equation: 'blf,bl->bf' }, { outputs: ['y'] });
    const { source, shapes } = await feedsOf(graph.output('y', 'float32', ['batch', 2]).build());
    expect(shapes).toBe('ids [1, 16], mask [1, 16]');
    const ids = new Set<bigint>();
    for (let row = 0; row < source.rows; row++) {
      for (const id of source.feeds(row, 1)['ids']!.data as BigInt64Array) ids.add(id);
    }
    expect([...ids].sort()).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect([...(source.feeds(0, 1)['mask']!.data as BigInt64Array)]).toEqual(Array(16).fill(1n));
  });

  test('carry what the model keeps from one run to the next', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 3]);
    graph.input('state', 'float32', [1, 'batch', 3]);
    graph.input('sr', 'int64', []);
    graph.node('Add', ['x', 'state'], {}, { outputs: ['stateN'] });
    graph.node('ReduceSum', ['stateN'], { keepdims: 0 }, { outputs: ['y'] });
    graph.node('Identity', ['sr'], {}, { outputs: ['rate'] });
    graph.output('y', 'float32', []).output('stateN', 'float32', [1, 'batch', 3]).output('rate', 'int64', []);
    const { source, states } = await feedsOf(graph.build());
    expect(states).toEqual(['state']);
    const [first, second] = [source.feeds(0, 1), source.feeds(1, 1)];
    const sums = [...(first['x']!.data as Float32Array)].map((value, at) =>
      Math.fround(value + (first['state']!.data as Float32Array)[at]!),
    );
    expect([...(second['state']!.data as Float32Array)]).toEqual(sums);
    expect(second['sr']).toEqual({ type: 'int64', dims: [], data: BigInt64Array.of(16_000n) });
  });

  test('cannot be made of types without numbers or words', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float16', ['batch', 3]);
    graph.node('Identity', ['x'], {}, { outputs: ['y'] });
    await expect(feedsOf(graph.output('y', 'float16', ['batch', 3]).build())).rejects.toMatchObject({
      ...{ code: 'MODEL_INVALID', message: 'input x is float16, for which nothing can be made up' },
    });
  });
});
