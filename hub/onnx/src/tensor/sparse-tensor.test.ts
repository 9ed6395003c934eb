import fc from 'fast-check';
import Long from 'long';
import { describe, expect, test } from 'vitest';
import { newSparseTensorProto, type SparseTensorProto, withGraph } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { ortSession } from '../testing/ort-session.ts';
import { encodeTensor } from './encode-tensor.ts';
import { decodeSparseTensor } from './sparse-tensor.ts';
import { float32, int64, type Tensor, tensor } from './tensor.ts';

function sparse(values: Tensor, indices: Tensor, dims: readonly number[]): SparseTensorProto {
  return newSparseTensorProto({
    values: encodeTensor('s', values),
    indices: encodeTensor('', indices),
    dims: dims.map((dim) => Long.fromNumber(dim)),
  });
}

describe('decodeSparseTensor', () => {
  test('writes out the zeros of flat and of per-axis indices', () => {
    const dense = float32([0, 5, 0, 0, 0, -1], [2, 3]);
    const values = float32([5, -1]);
    expect(decodeSparseTensor(sparse(values, int64([1, 5]), [2, 3]))).toEqual(dense);
    expect(decodeSparseTensor(sparse(values, int64([0, 1, 1, 2], [2, 2]), [2, 3]))).toEqual(dense);
  });

  test('reads what the official package wrote, and 64-bit integers', () => {
    const [official] = readModel(OFFICIAL_MODEL).graph.sparseInitializer;
    expect(decodeSparseTensor(official!)).toEqual(float32([0, 0, 7, 0]));
    expect(decodeSparseTensor(sparse(int64([7]), int64([2]), [3]))).toEqual(int64([0, 0, 7]));
  });

  test('gives the values that ONNX Runtime sees', async () => {
    const arbitrary = fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (positions) => {
        const sorted = positions.toSorted((left, right) => left - right);
        const constant = sparse(float32(sorted.map((at) => at + 0.5)), int64(sorted), [3, 4]);
        const graph = new GraphBuilder();
        graph.input('x', 'float32', [3, 4]);
        graph.output(graph.node('Add', ['x', 's'], {}, { outputs: ['y'] }), 'float32', [3, 4]);
        const session = await ortSession(withGraph(graph.build(), { sparseInitializer: [constant] }));
        const { y } = await session.run({ x: float32(new Float32Array(12), [3, 4]) });
        expect(y?.data).toEqual(decodeSparseTensor(constant).data);
      }),
      { seed: 4, numRuns: 10 },
    );
  });

  test('refuses parts that do not fit together', () => {
    const faults: [SparseTensorProto, string][] = [
      [newSparseTensorProto({}), 'TENSOR_MALFORMED'],
      [sparse(float32([1]), int64([6]), [2, 3]), 'TENSOR_MALFORMED'],
      [sparse(float32([1]), int64([-1]), [2, 3]), 'TENSOR_MALFORMED'],
      [sparse(float32([1]), int64([0, 3], [1, 2]), [2, 3]), 'TENSOR_MALFORMED'],
      [sparse(float32([1, 2]), int64([3]), [2, 3]), 'TENSOR_MALFORMED'],
      [sparse(float32([1, 2]), int64([3, 3]), [2, 3]), 'TENSOR_MALFORMED'],
      [sparse(float32([1]), float32([0]), [2, 3]), 'TENSOR_MALFORMED'],
      [sparse(tensor('string', [1], ['a']), int64([0]), [2]), 'TENSOR_TYPE_UNSUPPORTED'],
    ];
    for (const [proto, code] of faults) {
      expect(() => decodeSparseTensor(proto)).toThrow(expect.objectContaining({ code }));
    }
  });
});
