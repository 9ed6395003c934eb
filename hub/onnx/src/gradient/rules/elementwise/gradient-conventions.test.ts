import { describe, expect, test } from 'vitest';
import { float } from '../../../format/attributes.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { float32, int64, tensor } from '../../../tensor/tensor.ts';
import { pointGradients } from '../../../testing/point-gradients.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';
import { STEP_OPERATORS } from '../../../testing/unary-operators.ts';

function float64(...values: number[]) {
  return tensor('float64', [values.length], Float64Array.from(values));
}

describe('where a function has no one slope', () => {
  test.each(['Min', 'Max'])('%s shares the gradient among equal inputs', async (operator) => {
    const point = { a: float64(1, 2), b: float64(1, 2), c: float64(1, operator === 'Max' ? 0 : 4) };
    const gradients = await pointGradients(point, (graph) => graph.node(operator, ['a', 'b', 'c']));
    expect(gradients).toEqual({ a: [1 / 3, 0.5], b: [1 / 3, 0.5], c: [1 / 3, 0] });
  });

  test('Abs has the slope 0 at 0', async () => {
    const gradients = await pointGradients({ x: float64(-2, 0, 2) }, (graph) => graph.node('Abs', ['x']));
    expect(gradients).toEqual({ x: [-1, 0, 1] });
  });

  test('roots behind a Relu pass nothing on where the Relu is 0', async () => {
    const x = float32([-2, 0, 4]);
    const exponents = [0.5, 0.7];
    const roots = [
      (graph: GraphBuilder, value: string) => graph.node('Sqrt', [value]),
      ...exponents.map((exponent) => (graph: GraphBuilder, value: string) => {
        return graph.node('Pow', [value, graph.constant(float32([exponent], []))]);
      }),
    ];
    for (const [at, root] of roots.entries()) {
      const gradients = await pointGradients({ x }, (graph) => root(graph, graph.node('Relu', ['x'])));
      const [below, zero, four] = gradients['x'] ?? [];
      expect([below, zero]).toEqual([0, 0]);
      const exponent = [0.5, ...exponents][at]!;
      expect(four).toBeCloseTo(exponent * 4 ** (exponent - 1), 6);
    }
  });

  test('the exponent of Pow has the slope 0 where the base is not positive', async () => {
    const point = { x: float64(-2, 0, 0), p: float64(2, 3, 0) };
    const gradients = await pointGradients(point, (graph) => graph.node('Pow', ['x', 'p']));
    expect(gradients).toEqual({ x: [-4, 0, 0], p: [0, 0, 0] });
  });

  test.each(STEP_OPERATORS)('%s passes nothing on', async (operator) => {
    const build = (graph: GraphBuilder) => graph.node('Add', ['x', graph.node(operator, ['x'])]);
    expect(await pointGradients({ x: float64(-1.2, 0.7) }, build)).toEqual({ x: [1, 1] });
  });

  test('Clip passes the gradient at its limits', async () => {
    const build = (graph: GraphBuilder) => {
      const [min, max] = [-1, 1].map((limit) => graph.constant(tensor('float64', [], Float64Array.of(limit))));
      return graph.node('Clip', ['x', min, max]);
    };
    expect(await pointGradients({ x: float64(-2, -1, 0, 1, 2) }, build)).toEqual({ x: [0, 1, 1, 1, 0] });
  });
});

describe('forms of older operator sets', () => {
  test.each([7, 10])('Clip has its limits as attributes in opset %i', async (opset) => {
    const x = float32([-2, -0.5, 0.5, 2]);
    const clip = (limits: Record<string, number>) => (graph: GraphBuilder) => {
      const attributes = Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, float(value)]));
      return graph.node('Clip', ['x'], attributes);
    };
    expect(await pointGradients({ x }, clip({ min: -1, max: 1 }), opset)).toEqual({ x: [0, 1, 1, 0] });
    expect(await pointGradients({ x }, clip({ max: 0 }), opset)).toEqual({ x: [1, 1, 0, 0] });
  });

  test.each(['Softmax', 'LogSoftmax'])('%s covers all axes from the given one on before opset 13', async (operator) => {
    const x = randomFloat64(seededRandom(2), [2, 3, 4]);
    const point = { x, w: randomFloat64(seededRandom(3), [2, 3, 4]) };
    const weighted = (graph: GraphBuilder, value: string) => graph.node('Mul', [value, 'w']);
    for (const [axis, rows] of [
      [undefined, [2, 12]],
      [0, [1, 24]],
      [2, [6, 4]],
      [-1, [6, 4]],
    ] as const) {
      const old = await pointGradients(point, (graph) => weighted(graph, graph.node(operator, ['x'], { axis })), 11);
      const same = await pointGradients(point, (graph) => {
        const flat = graph.node('Reshape', ['x', graph.constant(int64(rows))]);
        const back = graph.constant(int64(x.dims));
        return weighted(graph, graph.node('Reshape', [graph.node(operator, [flat]), back]));
      });
      for (const [at, value] of old['x']?.entries() ?? []) expect(value).toBeCloseTo(same['x']?.[at] ?? Number.NaN, 12);
    }
  });

  test('a rank that is not known is asked for', async () => {
    const build = (graph: GraphBuilder) => {
      const sizes = graph.node('Shape', ['x']);
      const unknown = graph.node('Reshape', ['x', graph.node('Compress', [sizes, isKept(graph)])]);
      return graph.node('Softmax', [unknown]);
    };
    const isKept = (graph: GraphBuilder) => graph.node('Not', [graph.node('IsNaN', ['x'])]);
    await expect(pointGradients({ x: float64(1) }, build, 11)).rejects.toThrow(/must have an input of known rank/);
  });
});
