import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { float32, type TensorOf, tensor } from '../../../tensor/tensor.ts';
import { arbitraryWindows } from '../../../testing/convolution-arbitraries.ts';
import { arbitrarySeed, KNOWLEDGE, TOLERANCE, TOLERANCE_FLOAT32 } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type ShapeKnowledge, type TestedGraph } from '../../../testing/gradient-check.ts';
import { ortSession } from '../../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';
import { differentiate } from '../../differentiate.ts';

const RUNS = { seed: 12, numRuns: 12 } as const;
const arbitraryPooling = arbitraryWindows({ largestPad: (kernel) => kernel - 1 });

/** Values that are at least 0.1 apart, in random order: more than differences move them by. */
function distinct(dims: readonly number[], seed: number): TensorOf<'float32'> {
  const random = seededRandom(seed);
  const { length } = randomFloat32(random, dims).data;
  const keys = Array.from({ length }, (_, at) => ({ key: random(), value: 0.1 * (at - length / 2) }));
  return float32(Float32Array.from(keys.sort((a, b) => a.key - b.key).map(({ value }) => value)), dims);
}

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test('of MaxPool with any window, overlapping and hanging over', async () => {
    const check = fc.asyncProperty(arbitraryPooling, fc.nat(1), arbitrarySeed, async (windows, ceil_mode, seed) => {
      const { sizes, kernel, attributes } = open(windows, knowledge);
      const x = distinct([2, 2, ...sizes], seed);
      const all = { ...attributes, kernel_shape: kernel, ceil_mode };
      const build: TestedGraph = (graph) => graph.node('MaxPool', ['x'], all);
      expect(await gradientError({ x }, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
    });
    await fc.assert(check, RUNS);
  });

  test('of MaxPool in float64, with indices in either order', async () => {
    for (const storage_order of [0, 1]) {
      const { dims, data } = distinct([2, 2, 5, 4], 6);
      const point = { x: tensor('float64', dims, Float64Array.from(data)) };
      const attributes = { kernel_shape: [3, 2], strides: [2, 1], storage_order };
      const build: TestedGraph = (graph) => graph.nodeWithOutputs(2, 'MaxPool', ['x'], attributes)[0] ?? '';
      expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
    }
  });

  test('of AveragePool with any window, counting padding or not', async () => {
    const check = fc.asyncProperty(
      arbitraryPooling,
      fc.nat(1),
      fc.nat(1),
      arbitrarySeed,
      async (windows, ceil, count_include_pad, seed) => {
        const { sizes, kernel, attributes } = open(windows, knowledge);
        const x = randomFloat32(seededRandom(seed), [2, 2, ...sizes]);
        const ceil_mode = knowledge === 'ranks' ? 0 : ceil;
        const all = { ...attributes, kernel_shape: kernel, ceil_mode, count_include_pad };
        const build: TestedGraph = (graph) => graph.node('AveragePool', ['x'], all);
        expect(await gradientError({ x }, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
      },
    );
    await fc.assert(check, RUNS);
  });

  test.each(['GlobalAveragePool', 'GlobalMaxPool'])('of %s', async (operator) => {
    for (const sizes of [[5], [3, 4], [2, 3, 2]]) {
      const x = distinct([2, 3, ...sizes], 8);
      const build: TestedGraph = (graph) => graph.node(operator, ['x']);
      expect(await gradientError({ x }, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
    }
  });
});

/** With open sizes, automatic padding is known only where windows move one by one. */
function open<Windows extends { attributes: Readonly<Record<string, unknown>> }>(
  windows: Windows,
  knowledge: ShapeKnowledge,
): Windows {
  const { strides: _, ...others } = windows.attributes;
  const isSame = String(others['auto_pad']).startsWith('SAME');
  return isSame && knowledge === 'ranks' ? { ...windows, attributes: others } : windows;
}

/** Gradient of x behind one node, dY being 1, 2, 3, ... */
async function gradientBehind(
  x: TensorOf<'float32'>,
  build: (graph: GraphBuilder) => string,
  knowledge: ShapeKnowledge,
): Promise<readonly number[]> {
  const graph = new GraphBuilder();
  const known = x.dims.map((dim, axis) => (knowledge === 'sizes' ? dim : `x_${axis}`));
  graph.input('x', 'float32', known);
  const output = build(graph);
  const forward = graph.output(output, 'float32').build();
  const y = (await (await ortSession(forward)).run({ x }))[output]!;
  const extended = GraphBuilder.extend(forward);
  const seed = extended.constant(
    float32(
      Float32Array.from(y.data.keys(), (at) => at + 1),
      y.dims,
    ),
  );
  const gradients = differentiate(extended, {
    ...{ nodes: forward.graph.node, types: inferTypes(forward) },
    ...{ seeds: new Map([[output, seed]]), wanted: ['x'] },
  });
  const gradient = gradients.get('x') ?? '';
  const outputs = await (await ortSession(extended.output(gradient, 'float32').build())).run({ x });
  return [...(outputs[gradient]!.data as Float32Array)];
}

describe.each(KNOWLEDGE)('where several entries are the largest the first takes all, knowing %s', (knowledge) => {
  test('in windows side by side', async () => {
    const x = float32([0, 0, 3, 1, 0, 0, 1, 3, 5, 5, 2, 7, 5, 5, 7, 7], [1, 1, 4, 4]);
    const pool = (graph: GraphBuilder) => graph.node('MaxPool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] });
    const gradient = await gradientBehind(x, pool, knowledge);
    expect(gradient).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0, 0, 0]);
  });

  test('in windows that overlap', async () => {
    const x = float32([2, 2, 1, 1, 1, 3], [1, 1, 6]);
    const pool = (graph: GraphBuilder) => graph.node('MaxPool', ['x'], { kernel_shape: [3], pads: [1, 1] });
    expect(await gradientBehind(x, pool, knowledge)).toEqual([1 + 2, 3, 4, 0, 0, 5 + 6]);
  });

  test('in many windows that overlap', async () => {
    const x = float32(new Float32Array(600).fill(1), [1, 1, 600]);
    const pool = (graph: GraphBuilder) => graph.node('MaxPool', ['x'], { kernel_shape: [3] });
    expect(await gradientBehind(x, pool, knowledge)).toEqual([...Array.from({ length: 598 }, (_, at) => at + 1), 0, 0]);
  });

  test('of all positions', async () => {
    const x = float32([2, 5, 5, 1, 0, 0, 0, 0], [1, 2, 2, 2]);
    const gradient = await gradientBehind(x, (graph) => graph.node('GlobalMaxPool', ['x']), knowledge);
    expect(gradient).toEqual([0, 1, 0, 0, 2, 0, 0, 0]);
  });
});

test.each([
  ['MaxPool', 21, { auto_pad: 'SAME_UPPER', strides: [2] }, /must have padding of known size/],
  ['MaxPool', 13, {}, /windows that do not overlap, .* or an operator set of at least 16/],
  ['AveragePool', 21, { auto_pad: 'SAME_LOWER', dilations: [2] }, /no dilations together with automatic padding/],
  ['AveragePool', 21, { ceil_mode: 1 }, /spatial sizes that are known, or ceil_mode 0/],
] as const)('%s over open sizes in operator set %i with %j is refused', (operator, opset, attributes, message) => {
  const graph = new GraphBuilder({ opset });
  graph.input('x', 'float32', ['batch', 'channel', 'length']);
  const output = graph.node(operator, ['x'], { kernel_shape: [3], ...attributes });
  const forward = graph.build();
  const differentiated = () =>
    differentiate(graph, {
      ...{ nodes: forward.graph.node, types: inferTypes(forward) },
      ...{ seeds: new Map([[output, 'x']]), wanted: ['x'] },
    });
  expect(differentiated).toThrow(expect.objectContaining({ code: 'OPERATOR_NOT_DIFFERENTIABLE' }));
  expect(differentiated).toThrow(message);
});
