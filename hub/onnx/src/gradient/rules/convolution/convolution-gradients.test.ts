import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../../../format/attributes.ts';
import { arbitraryWindows, type WindowCase } from '../../../testing/convolution-arbitraries.ts';
import { arbitrarySeed, KNOWLEDGE, TOLERANCE_FLOAT32 } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type ShapeKnowledge, type TestedGraph } from '../../../testing/gradient-check.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';
import { CONVOLUTION_GRADIENTS } from './convolution-gradients.ts';

const RUNS = { seed: 11, numRuns: 12 } as const;

/** Groups with the channels and features of each. */
const arbitraryGroups = fc.constantFrom([1, 2, 3], [1, 1, 2], [2, 2, 1], [3, 1, 1], [2, 1, 2]);

/** With open sizes, automatic padding is known only where windows move one by one. */
function strided({ attributes }: WindowCase, knowledge: ShapeKnowledge): Record<string, AttributeValue> {
  const isSame = String(attributes['auto_pad']).startsWith('SAME');
  const { strides: _, ...others } = attributes;
  return isSame && knowledge === 'ranks' ? others : attributes;
}

async function expectGradients(
  operator: string,
  windows: WindowCase,
  groups: readonly number[],
  attributes: Readonly<Record<string, AttributeValue>>,
  seed: number,
  knowledge: ShapeKnowledge,
): Promise<void> {
  const [group = 1, channels = 1, features = 1] = groups;
  const random = seededRandom(seed);
  const isReversed = operator === 'ConvTranspose';
  const [inside, outside] = [group * channels, group * features];
  const point = {
    x: randomFloat32(random, [2, isReversed ? outside : inside, ...windows.sizes]),
    w: randomFloat32(random, [outside, channels, ...windows.kernel]),
    ...(seed % 2 ? { b: randomFloat32(random, [isReversed ? inside : outside]) } : {}),
  };
  const all = { ...strided(windows, knowledge), ...attributes, group, kernel_shape: windows.kernel };
  const build: TestedGraph = (graph) => graph.node(operator, Object.keys(point), all);
  expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE_FLOAT32);
}

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test('of Conv with any window, padding and groups', async () => {
    const check = fc.asyncProperty(arbitraryWindows(), arbitraryGroups, arbitrarySeed, (windows, groups, seed) =>
      expectGradients('Conv', windows, groups, {}, seed, knowledge),
    );
    await fc.assert(check, RUNS);
  });

  test('of ConvTranspose with any window, padding, groups and output padding', async () => {
    const windows = arbitraryWindows({ largestPad: (kernel) => kernel - 1, smallest: 3 });
    const check = fc.asyncProperty(windows, arbitraryGroups, arbitrarySeed, (drawn, groups, seed) => {
      const strides = (strided(drawn, knowledge)['strides'] ?? []) as readonly number[];
      const output_padding = strides.map((stride) => (seed % 3 ? stride - 1 : 0));
      const attributes = output_padding.length > 0 ? { output_padding } : {};
      return expectGradients('ConvTranspose', drawn, groups, attributes, seed, knowledge);
    });
    await fc.assert(check, RUNS);
  });

  test('of Conv in three dimensions', async () => {
    const windows = {
      sizes: [3, 4, 3],
      kernel: [2, 2, 3],
      attributes: { pads: [1, 0, 1, 0, 1, 1], strides: [1, 2, 1] },
    };
    await expectGradients('Conv', windows, [1, 1, 2], {}, 1, knowledge);
  });

  test('of Conv with one entry per window and many channels', async () => {
    const windows = { sizes: [3, 2], kernel: [1, 1], attributes: {} };
    await expectGradients('Conv', windows, [1, 5, 4], {}, 2, knowledge);
  });
});

test.each([[[9, 12]], [[7, 8]], [[10, 13]]])('the gradient of ConvTranspose knows output_shape %j', async (shape) => {
  for (const auto_pad of ['NOTSET', 'SAME_UPPER', 'SAME_LOWER']) {
    const windows = { sizes: [4, 4], kernel: [3, 3], attributes: { strides: [2, 3], output_shape: shape, auto_pad } };
    await expectGradients('ConvTranspose', windows, [1, 2, 2], {}, 3, 'sizes');
  }
});

test.each([
  ['all that several entries see is multiplied at once', [2, 1], [1, 3, 1]],
  ['what many channels see is multiplied entry by entry', [2, 1], [1, 17, 1]],
  ['what many entries see is multiplied in parts', [4, 4], [2, 3, 1]],
  ['a large kernel of few channels is a convolution', [5, 5], [1, 2, 2]],
] as const)('gradients agree with finite differences where %s', async (_, kernel, groups) => {
  const windows = { sizes: [6, 7], kernel: [...kernel], attributes: { pads: [1, 0, 0, 1], strides: [1, 2] } };
  await expectGradients('Conv', windows, groups, {}, 5, 'sizes');
});

test.each(['Conv', 'ConvTranspose'])('%s whose padding depends on open sizes is refused', async (operator) => {
  const attributes = operator === 'Conv' ? { auto_pad: 'SAME_UPPER', strides: [2] } : { output_shape: [6] };
  const windows = { sizes: [4], kernel: [3], attributes };
  await expect(expectGradients(operator, windows, [1, 1, 1], { strides: [2] }, 2, 'ranks')).rejects.toThrow(
    expect.objectContaining({
      code: 'OPERATOR_NOT_DIFFERENTIABLE',
      message: expect.stringContaining('must have a kernel and padding of known size'),
    }),
  );
});

test('every rule of this folder is checked here or in pooling-gradients.test.ts', () => {
  const checked = ['Conv', 'ConvTranspose', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'MaxPool'];
  expect(checked.sort()).toEqual(Object.keys(CONVOLUTION_GRADIENTS).sort());
});
