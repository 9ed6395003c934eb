import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';
import { inferTypes } from '../infer-types.ts';

/** Shapes of the inputs; `batch` is 3. */
const SHAPES: Readonly<Record<string, readonly Dim[]>> = {
  vector: [4],
  matrix: ['batch', 4],
  wide: [4, 5],
  stack: ['batch', 2, 4],
  ones: [1, 4, 5],
  square: [4, 4],
  deep: [6, 1, 4, 5],
};

const GEMMS: readonly (readonly [string, string, Record<string, number>, Dim[]])[] = [
  ['matrix', 'wide', {}, ['batch', 5]],
  ['matrix', 'matrix', { transA: 1 }, [4, 4]],
  ['matrix', 'matrix', { transB: 1 }, ['batch', 'batch']],
  ['wide', 'wide', { transA: 1 }, [5, 5]],
];

const PRODUCTS: readonly (readonly [string, string, Dim[]])[] = [
  ['vector', 'vector', []],
  ['matrix', 'vector', ['batch']],
  ['vector', 'wide', [5]],
  ['vector', 'deep', [6, 1, 5]],
  ['stack', 'vector', ['batch', 2]],
  ['stack', 'wide', ['batch', 2, 5]],
  ['stack', 'ones', ['batch', 2, 5]],
  ['stack', 'deep', [6, 'batch', 2, 5]],
  ['matrix', 'ones', [1, 'batch', 5]],
];

const EQUATIONS: readonly (readonly [string, readonly string[], Dim[]])[] = [
  ['ij->ji', ['wide'], [5, 4]],
  ['ba', ['wide'], [5, 4]],
  ['ij->', ['wide'], []],
  ['bik,kn->bin', ['stack', 'wide'], ['batch', 2, 5]],
  ['bik,kn', ['stack', 'wide'], ['batch', 2, 5]],
  ['...ik,...kn->...in', ['stack', 'ones'], ['batch', 2, 5]],
  ['...k->k...', ['stack'], [4, 'batch', 2]],
  ['i...,i...', ['wide', 'wide'], [5]],
  ['ii->i', ['square'], [4]],
  ['a,b->ab', ['vector', 'vector'], [4, 4]],
];

function check(build: (graph: GraphBuilder) => string) {
  const graph = new GraphBuilder();
  const random = seededRandom(1);
  const feeds = Object.entries(SHAPES).map(([name, dims]) => {
    graph.input(name, 'float32', dims);
    return [
      name,
      randomFloat32(
        random,
        dims.map((dim) => (typeof dim === 'number' ? dim : 3)),
      ),
    ] as const;
  });
  return expectRealTypes(graph, [build(graph)], Object.fromEntries(feeds), { batch: 3 });
}

describe('inferTypes knows what ONNX Runtime makes of', () => {
  test.each(GEMMS)('Gemm of %s and %s with %o', async (a, b, attributes, dims) => {
    expect(await check((graph) => graph.node('Gemm', [a, b], attributes))).toEqual([dims]);
  });

  test.each(PRODUCTS)('MatMul of %s and %s', async (a, b, dims) => {
    expect(await check((graph) => graph.node('MatMul', [a, b]))).toEqual([dims]);
  });

  test.each(EQUATIONS)('Einsum %s of %o', async (equation, inputs, dims) => {
    expect(await check((graph) => graph.node('Einsum', inputs, { equation }))).toEqual([dims]);
  });
});

test.each(['ij', 'i->ij', 'i.j', 'i->i->i', 'i,j', '...ijk->'])(
  'nothing is known behind a wrong equation: %s',
  (equation) => {
    const graph = new GraphBuilder();
    const value = graph.node('Einsum', [graph.input('x', 'float32', [4])], { equation });
    expect(inferTypes(graph.build()).typeOf(value)).toEqual({ type: 'float32', dims: undefined });
  },
);
