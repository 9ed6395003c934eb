import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { arbitraryWindows } from '../../testing/convolution-arbitraries.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { inferTypes } from '../infer-types.ts';

const RUNS = { seed: 5, numRuns: 40 } as const;
const BATCH = 2;
const random = seededRandom(3);

/** Types of x [batch, 4, ...sizes] behind a node, and the shapes that ONNX Runtime gives. */
async function bothShapes(sizes: readonly number[], add: (graph: GraphBuilder) => readonly string[]) {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4, ...sizes]);
  const outputs = add(graph);
  const types = inferTypes(graph.build());
  const inferred = outputs.map((output) => types.typeOf(output));
  for (const [index, output] of outputs.entries()) graph.output(output, inferred[index]?.type ?? 'float32');
  const session = await ortSession(graph.build());
  const results = await session.run({ x: randomFloat32(random, [BATCH, 4, ...sizes]) });
  return { inferred, real: outputs.map((output) => results[output]) };
}

type Both = Awaited<ReturnType<typeof bothShapes>>;

function expectSameShapes({ inferred, real }: Both): void {
  for (const [index, { type, dims }] of inferred.entries()) {
    expect(type).toBe(real[index]?.type);
    expect(dims?.[0]).toBe('batch');
    expect([BATCH, ...(dims ?? []).slice(1)]).toEqual(real[index]?.dims);
  }
}

function weights(graph: GraphBuilder, dims: readonly number[]): string {
  return graph.constant(randomFloat32(random, dims), 'weights');
}

describe('shape rules know what ONNX Runtime makes of', () => {
  test('Conv with any window and groups', async () => {
    const check = fc.asyncProperty(
      arbitraryWindows(),
      fc.constantFrom(1, 2, 4),
      async ({ sizes, kernel, attributes }, group) => {
        const both = await bothShapes(sizes, (graph) => [
          graph.node('Conv', ['x', weights(graph, [8, 4 / group, ...kernel])], { ...attributes, group }),
        ]);
        expectSameShapes(both);
      },
    );
    await fc.assert(check, RUNS);
  });

  test('ConvTranspose with any window, groups and output padding', async () => {
    const check = fc.asyncProperty(
      arbitraryWindows({ largestPad: (kernel) => kernel - 1 }),
      fc.constantFrom(1, 2, 4),
      fc.boolean(),
      async ({ sizes, kernel, attributes }, group, isPadded) => {
        const strides = attributes['strides'] as readonly number[];
        const output_padding = strides.map((stride) => (isPadded ? stride - 1 : 0));
        const both = await bothShapes(sizes, (graph) => [
          graph.node('ConvTranspose', ['x', weights(graph, [4, 3, ...kernel])], {
            ...attributes,
            ...{ group, output_padding },
          }),
        ]);
        expectSameShapes(both);
      },
    );
    await fc.assert(check, RUNS);
  });

  test.each([[[9, 12]], [[7, 8]], [[10, 13]]])('ConvTranspose with output_shape %j', async (output_shape) => {
    for (const auto_pad of ['NOTSET', 'SAME_UPPER', 'SAME_LOWER']) {
      const both = await bothShapes([4, 4], (graph) => [
        graph.node('ConvTranspose', ['x', weights(graph, [4, 3, 3, 3])], { strides: [2, 3], output_shape, auto_pad }),
      ]);
      expectSameShapes(both);
    }
  });

  for (const operator of ['MaxPool', 'AveragePool', 'LpPool']) {
    test(`${operator} with any window, floor and ceil`, async () => {
      const windows = arbitraryWindows({ isPooling: true, largestPad: (kernel) => kernel - 1 });
      const check = fc.asyncProperty(windows, fc.nat(1), async ({ sizes, kernel, attributes }, ceil_mode) => {
        const both = await bothShapes(sizes, (graph) => {
          const all = { ...attributes, kernel_shape: kernel, ceil_mode };
          return graph.nodeWithOutputs(operator === 'MaxPool' ? 2 : 1, operator, ['x'], all);
        });
        expectSameShapes(both);
      });
      await fc.assert(check, RUNS);
    });
  }

  test.each(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'])('%s', async (operator) => {
    expectSameShapes(await bothShapes([5, 6], (graph) => [graph.node(operator, ['x'])]));
  });
});

test('a spatial size stays symbolic where windows cover it one by one, and is open elsewhere', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 4, 'height', 8]);
  const kept = graph.node('Conv', ['x', weights(graph, [6, 4, 3, 3])], { pads: [1, 1, 1, 1] });
  const same = graph.node('MaxPool', [kept], { kernel_shape: [2, 2], auto_pad: 'SAME_UPPER' });
  const halved = graph.node('MaxPool', [same], { kernel_shape: [2, 2], strides: [2, 2] });
  const open = graph.node('Conv', ['x', weights(graph, [6, 4, 3, 3])], { strides: [2, 2], auto_pad: 'SAME_UPPER' });
  const types = inferTypes(graph.build());
  expect(types.typeOf(kept).dims).toEqual(['batch', 6, 'height', 8]);
  expect(types.typeOf(same).dims).toEqual(['batch', 6, 'height', 8]);
  expect(types.typeOf(halved).dims).toEqual(['batch', 6, undefined, 4]);
  expect(types.typeOf(open).dims).toEqual(['batch', 6, undefined, undefined]);
});
