import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { withGraph } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { type Dim, toValueInfo } from '../graph/value-type.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';
import { float32, int64, scalar } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { expectRealTypes } from '../testing/type-check.ts';
import { inferTypes } from './infer-types.ts';

const SIZES: Readonly<Record<string, number>> = { batch: 2, length: 5 };

function at(graph: GraphBuilder, list: string, index: number): string {
  return graph.node('Gather', [list, graph.constant(int64([index], []))]);
}

function joined(graph: GraphBuilder, ...parts: string[]): string {
  const lists = parts.map((part) => graph.node('Unsqueeze', [part, graph.constant(int64([0]))]));
  return graph.node('Concat', lists, { axis: 0 });
}

function number(graph: GraphBuilder, value: number): string {
  return graph.constant(int64([value], []));
}

interface Case {
  readonly build: (graph: GraphBuilder) => string;
  readonly dims: readonly Dim[];
}

/** What exporters write over x [batch, length, 12] and image [1, 3, 8, 8]. */
const CASES: Readonly<Record<string, Case>> = {
  'view(x.size(0), -1)': {
    build: (graph) => {
      const batch = at(graph, graph.node('Shape', ['x']), 0);
      return graph.node('Reshape', ['x', joined(graph, batch, number(graph, -1))]);
    },
    dims: ['batch', '12*length'],
  },
  'heads taken apart and put together again': {
    build: (graph) => {
      const shape = graph.node('Shape', ['x']);
      const [batch, length] = [at(graph, shape, 0), at(graph, shape, 1)];
      const apart = joined(graph, batch, length, number(graph, 3), number(graph, 4));
      const heads = graph.node('Transpose', [graph.node('Reshape', ['x', apart])], { perm: [0, 2, 1, 3] });
      const folded = joined(graph, graph.node('Mul', [batch, number(graph, 3)]), length, number(graph, 4));
      const flat = graph.node('Reshape', [heads, folded]);
      const open = joined(graph, number(graph, -1), number(graph, 3), length, number(graph, 4));
      return graph.node('Reshape', [flat, open]);
    },
    dims: ['batch', 3, 'length', 4],
  },
  'expand as torch.onnx writes it, with -1 for sizes that stay': {
    build: (graph) => {
      const shape = graph.node('Shape', ['x']);
      const target = joined(graph, at(graph, shape, 0), at(graph, shape, 1), number(graph, 12));
      const ones = graph.node('ConstantOfShape', [graph.node('Shape', [target])], { value: int64([1]) });
      const isKept = graph.node('Equal', [target, graph.node('Mul', [ones, number(graph, -1)])]);
      return graph.node('Expand', [graph.constant(scalar(1)), graph.node('Where', [isKept, ones, target])]);
    },
    dims: ['batch', 'length', 12],
  },
  'interpolate by a factor, computed in floats': {
    build: (graph) => {
      const shape = graph.node('Shape', ['image']);
      const bounds = [graph.constant(int64([2])), graph.constant(int64([4])), graph.constant(int64([0]))];
      const size = graph.node('Cast', [graph.node('Slice', [shape, ...bounds])], { to: DATA_TYPE.float32 });
      const scaled = graph.node('Floor', [graph.node('Mul', [size, graph.constant(float32([1.5]))])]);
      const start = [graph.constant(int64([0])), graph.constant(int64([2])), graph.constant(int64([0]))];
      const kept = graph.node('Slice', [shape, ...start]);
      const sizes = graph.node('Concat', [kept, graph.node('Cast', [scaled], { to: DATA_TYPE.int64 })], { axis: 0 });
      return graph.node('Resize', ['image', undefined, undefined, sizes], { mode: 'nearest' });
    },
    dims: [1, 3, 12, 12],
  },
  'zeros of the size of another value': {
    build: (graph) => {
      const shape = graph.node('Shape', ['x'], { start: 0, end: 2 });
      return graph.node('ConstantOfShape', [shape], { value: float32([0]) });
    },
    dims: ['batch', 'length'],
  },
  'half of a size, and the product of all': {
    build: (graph) => {
      const size = graph.node('Size', ['image']);
      const half = graph.node('Div', [size, number(graph, 2)]);
      const product = graph.node('ReduceProd', [graph.node('Shape', ['image'])], { keepdims: 0 });
      return graph.node('Expand', [graph.constant(scalar(1)), joined(graph, half, product)]);
    },
    dims: [96, 192],
  },
  'a split shape': {
    build: (graph) => {
      const shape = graph.node('Shape', ['x']);
      const sizes = graph.constant(int64([1, 2]));
      graph.node('Split', [shape, sizes], { axis: 0 }, { outputs: ['front', 'back'] });
      return graph.node('Reshape', ['x', graph.node('Concat', ['back', 'front'], { axis: 0 })]);
    },
    dims: ['length', 12, 'batch'],
  },
  'Tile by one repeat that is a size': {
    build: (graph) => {
      const batch = at(graph, graph.node('Shape', ['x']), 0);
      return graph.node('Tile', [graph.constant(float32([1, 2, 3], [1, 3])), joined(graph, batch, number(graph, 2))]);
    },
    dims: ['batch', 6],
  },
  'up to a size that is all of it': {
    build: (graph) => {
      const length = at(graph, graph.node('Shape', ['x']), 1);
      const end = graph.node('Unsqueeze', [length, graph.constant(int64([0]))]);
      return graph.node('Slice', ['x', graph.constant(int64([0])), end, graph.constant(int64([1]))]);
    },
    dims: ['batch', 'length', 12],
  },
};

describe('inferTypes follows shapes that are computed:', () => {
  for (const [name, { build, dims }] of Object.entries(CASES)) {
    test(name, async () => {
      const graph = new GraphBuilder();
      graph.input('x', 'float32', ['batch', 'length', 12]);
      graph.input('image', 'float32', [1, 3, 8, 8]);
      const random = seededRandom(3);
      const feeds = { x: randomFloat32(random, [2, 5, 12]), image: randomFloat32(random, [1, 3, 8, 8]) };
      const symbols = { ...SIZES, '12*length': 60 };
      expect(await expectRealTypes(graph, [build(graph)], feeds, symbols)).toEqual([dims]);
    });
  }
});

describe('inferTypes', () => {
  test('knows values and sizes that nothing at run time decides', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    const shape = graph.node('Shape', ['x']);
    const columns = graph.node('Gather', [shape, graph.constant(int64([1]))]);
    const doubled = graph.node('Mul', [columns, graph.constant(int64([2]))]);
    const root = graph.node('Sqrt', [graph.node('Cast', [columns], { to: DATA_TYPE.float32 })]);
    const types = inferTypes(graph.build());
    expect(types.sizesOf(shape)).toEqual(['batch', 4]);
    expect(types.valueOf(shape)).toBeUndefined();
    expect(types.valueOf(doubled)).toEqual(int64([8]));
    expect(types.valueOf(root)).toEqual(float32([2]));
    expect(types.sizesOf('x')).toBeUndefined();
  });

  test('knows how many dimensions there are where only the length of a shape is known', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n']);
    graph.input('shape', 'int64', [3]);
    const reshaped = graph.node('Reshape', ['x', 'shape']);
    const expanded = graph.node('Expand', ['x', 'shape']);
    const types = inferTypes(graph.build());
    expect(types.typeOf(reshaped)).toEqual({ type: 'float32', dims: [undefined, undefined, undefined] });
    expect(types.typeOf(expanded).dims).toHaveLength(3);
  });

  test('takes no default of an input for a constant', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [6]);
    graph.initializer('shape', int64([2, 3]));
    const reshaped = graph.node('Reshape', ['x', 'shape']);
    const model = graph.build();
    expect(inferTypes(model).typeOf(reshaped).dims).toEqual([2, 3]);
    const open = withGraph(model, {
      input: [...model.graph.input, toValueInfo('shape', { type: 'int64', dims: [2] })],
    });
    expect(inferTypes(open).valueOf('shape')).toBeUndefined();
  });

  test('lets what a rule finds count more than a stale declaration, and fills its gaps from it', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    graph.output(graph.node('Relu', ['x'], {}, { outputs: ['y'] }), 'float32', [1, 5]);
    graph.output(graph.node('NonZero', ['x'], {}, { outputs: ['z'] }), 'int64', [2, 'found']);
    const types = inferTypes(graph.build());
    expect(types.typeOf('y').dims).toEqual([1, 4]);
    expect(types.typeOf('z').dims).toEqual([2, 'found']);
  });

  test('knows the types of constants in nodes and of sparse ones', () => {
    const graph = new GraphBuilder();
    const whole = graph.node('Constant', [], { value_floats: float([1, 2]) });
    const sparse = { values: encodeTensor('s', float32([1])), indices: encodeTensor('', int64([0])), dims: [] };
    const model = graph.build();
    const first = inferTypes(withGraph(model, { sparseInitializer: [sparse as never] }));
    expect(first.typeOf(whole)).toMatchObject({ type: 'float32', dims: [2] });
    expect(first.typeOf('s')).toEqual({ type: 'float32', dims: [] });
  });
});
