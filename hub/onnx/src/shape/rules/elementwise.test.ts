import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Dim } from '../../graph/value-type.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { expectRealTypes } from '../../testing/type-check.ts';

const UNARY = [
  ...['Abs', 'Neg', 'Reciprocal', 'Sign', 'Floor', 'Ceil', 'Round', 'Sqrt', 'Exp', 'Log', 'Erf', 'Identity'],
  ...['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh'],
  ...['Relu', 'LeakyRelu', 'ThresholdedRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'HardSwish'],
  ...['Mish', 'Gelu', 'Softplus', 'Softsign', 'Shrink', 'Clip', 'Softmax', 'LogSoftmax', 'Hardmax'],
];
const BINARY = ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Sum', 'Mean', 'Equal', 'Greater', 'LessOrEqual'];

/** Values made of x [batch, 1, 4], y [5, 4] and z [1]. */
const CASES: Readonly<Record<string, readonly [build: (graph: GraphBuilder) => string, dims: readonly Dim[]]>> = {
  PRelu: [(graph) => graph.node('PRelu', ['x', 'z']), ['batch', 1, 4]],
  'Max of three': [(graph) => graph.node('Max', ['y', 'z', 'x']), ['batch', 5, 4]],
  'Sum of one': [(graph) => graph.node('Sum', ['x']), ['batch', 1, 4]],
  IsInf: [(graph) => graph.node('IsInf', ['x']), ['batch', 1, 4]],
  And: [(graph) => graph.node('And', [positive(graph, 'x'), positive(graph, 'y')]), ['batch', 5, 4]],
  Where: [(graph) => graph.node('Where', [positive(graph, 'y'), 'z', 'x']), ['batch', 5, 4]],
  'Pow with an integer exponent': [(graph) => graph.node('Pow', ['x', integers(graph, 'y')]), ['batch', 5, 4]],
  BitwiseXor: [(graph) => graph.node('BitwiseXor', [integers(graph, 'x'), integers(graph, 'y')]), ['batch', 5, 4]],
  CastLike: [(graph) => graph.node('CastLike', ['x', integers(graph, 'z')]), ['batch', 1, 4]],
};

function positive(graph: GraphBuilder, value: string): string {
  return graph.node('Cast', [value], { to: DATA_TYPE.bool });
}

function integers(graph: GraphBuilder, value: string): string {
  return graph.node('Cast', [value], { to: DATA_TYPE.int32 });
}

function check(build: (graph: GraphBuilder) => string) {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 1, 4]);
  graph.input('y', 'float32', [5, 4]);
  graph.input('z', 'float32', [1]);
  const random = seededRandom(1);
  const feeds = {
    x: randomFloat32(random, [3, 1, 4]),
    y: randomFloat32(random, [5, 4]),
    z: randomFloat32(random, [1]),
  };
  return expectRealTypes(graph, [build(graph)], feeds, { batch: 3 });
}

describe('inferTypes knows what ONNX Runtime makes of', () => {
  test.each(UNARY)('%s', async (operator) => {
    expect(await check((graph) => graph.node(operator, ['x']))).toEqual([['batch', 1, 4]]);
  });

  test.each(BINARY)('%s', async (operator) => {
    expect(await check((graph) => graph.node(operator, ['x', 'y']))).toEqual([['batch', 5, 4]]);
  });

  test.each(Object.entries(CASES))('%s', async (_, [build, dims]) => {
    expect(await check(build)).toEqual([dims]);
  });
});
