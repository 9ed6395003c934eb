import { type TensorOf, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import type { ModelInput } from '../../store/recipe/fine-tuning.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import type { BaseInput, ImageInput } from './base-input.ts';
import { rawInput } from './raw-input.ts';

const ENGINE = new OrtEngine();
const BYTES = { fill: [51], largest: 255 };

async function given(
  input: BaseInput,
  rows: number[][],
  options: { wish?: Partial<ModelInput>; keepsMissing?: boolean } = {},
) {
  const { wish, keepsMissing = false } = options;
  const values = input.kind === 'image' ? BYTES : { fill: rows[0]!.map((_, column) => column), largest: 9 };
  const resize = 'linear' as const;
  const model = rawInput(input, { opset: 21, wish: wish && { resize, ...wish }, values, keepsMissing });
  const runner = await ENGINE.open(writeModel(model));
  const dims = [rows.length, rows[0]!.length];
  const outputs = await runner.run({ features: { type: 'float32', dims, data: Float32Array.from(rows.flat()) } });
  await runner.close();
  const { dims: shape, data } = outputs[input.name] as TensorOf<'float32'>;
  return { dims: [...shape], values: [...data].map((value) => Math.round(value * 1e4) / 1e4) };
}

function image(changes: Partial<ImageInput> = {}): ImageInput {
  return {
    ...{ kind: 'image', name: 'x', raw: { height: 2, width: 2, channels: 1 }, channels: 1, height: 2, width: 2 },
    ...{ layout: 'channels-first', ...changes },
  };
}

describe('images in columns', () => {
  test('become -1 to 1, missing pixels the mean of all', async () => {
    expect(await given(image(), [[0, 255, 127.5, Number.NaN]])).toEqual({
      dims: [1, 1, 2, 2],
      values: [-1, 1, 0, -0.6],
    });
  });

  test('are scaled as the recipe says, each channel by itself where it does', async () => {
    expect(await given(image(), [[0, 1, 2, 4]], { wish: { scale: 1, mean: 1, deviation: 2 } })).toMatchObject({
      values: [-0.5, 0, 0.5, 1.5],
    });
    const colour = image({ raw: { height: 1, width: 2, channels: 3 }, channels: 3, height: 1 });
    const wish = { scale: 1, mean: [0, 1, 2], deviation: [1, 2, 4] };
    // Pixel by pixel, each with its three channels.
    expect(await given(colour, [[1, 3, 6, 2, 5, 10]], { wish })).toEqual({
      ...{ dims: [1, 3, 1, 2], values: [1, 2, 1, 2, 1, 2] },
    });
  });

  test('are stretched to the size that the model reads', async () => {
    const wish = { scale: 1, mean: 0, deviation: 1 };
    // Half-pixel centres: the outer fourth keeps the edge, the inner ones mix three to one.
    expect(
      await given(image({ raw: { height: 1, width: 2, channels: 1 }, height: 1, width: 4 }), [[0, 4]], { wish }),
    ).toEqual({
      ...{ dims: [1, 1, 1, 4], values: [0, 1, 3, 4] },
    });
    const nearest = { ...wish, resize: 'nearest' as const };
    const twice = image({ raw: { height: 1, width: 2, channels: 1 }, height: 2, width: 4 });
    expect(await given(twice, [[0, 4]], { wish: nearest })).toMatchObject({ values: [0, 0, 4, 4, 0, 0, 4, 4] });
  });

  test('are shrunk without leaving pixels out', async () => {
    const wish = { scale: 1, mean: 0, deviation: 1 };
    const small = image({ raw: { height: 1, width: 8, channels: 1 }, height: 1, width: 2 });
    const { values } = await given(small, [[8, 0, 0, 0, 0, 0, 0, 0]], { wish });
    expect(values[0]).toBeGreaterThan(0.3);
  });

  for (const size of [27, 28, 29, 31, 48, 97, 224]) {
    test(`have exactly the size that is asked for: 28 to ${size}`, async () => {
      const sized = image({ raw: { height: 28, width: 28, channels: 1 }, height: size, width: size });
      expect((await given(sized, [Array(784).fill(1)])).dims).toEqual([1, 1, size, size]);
    });
  }

  test('of one channel are repeated, and go last where the model reads them so', async () => {
    const wish = { scale: 1, mean: 0, deviation: 1 };
    const colour = image({ channels: 3, raw: { height: 1, width: 2, channels: 1 }, height: 1 });
    expect(await given(colour, [[5, 7]], { wish })).toEqual({ dims: [1, 3, 1, 2], values: [5, 7, 5, 7, 5, 7] });
    expect(await given({ ...colour, layout: 'channels-last' }, [[5, 7]], { wish })).toEqual({
      ...{ dims: [1, 1, 2, 3], values: [5, 5, 5, 7, 7, 7] },
    });
  });
});

describe('tables', () => {
  const table = { kind: 'table', name: 'x', columns: 3 } as const;

  test('go in as they are, missing cells filled column by column', async () => {
    expect(await given(table, [[7, Number.NaN, 9]])).toEqual({ dims: [1, 3], values: [7, 1, 9] });
  });

  test('keep missing cells where the model looks for them itself', async () => {
    const { values } = await given(table, [[7, Number.NaN, 9]], { keepsMissing: true });
    expect(values).toEqual([7, Number.NaN, 9]);
  });

  test('are scaled as the recipe says', async () => {
    const wish = { mean: [1, 2, 3], deviation: 2 };
    expect(await given(table, [[3, 2, 1]], { wish })).toMatchObject({ values: [1, 0, -1] });
  });
});
