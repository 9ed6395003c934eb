import { describe, expect, test } from 'vitest';
import { prepared } from '../../testing/prepared.ts';

const NaN32 = Number.NaN;

/** Windows of 2 readings of 2 channels. */
function windows(values: readonly number[]): Parameters<typeof prepared>[0] {
  const spec = { name: 'window', kind: 'window', columns: ['volt', 'bar'], dims: [2, 2] } as const;
  return { rows: values.length / 4, inputs: [{ spec, dims: [2, 2], values: Float32Array.from(values) }] };
}

const TRAIN = windows([0, 100, 1, 300, 2, 500, 3, NaN32, 4, 100, 0, 300]);

describe('preparing windows', () => {
  test('each channel has its own scale, over all readings', async () => {
    const { rows, dims, parts } = await prepared(TRAIN, { numbers: { scale: 'min-max' } });
    expect(dims).toEqual([2, 2]);
    expect(parts).toEqual([{ name: 'window', kind: 'window', dims: [2, 2] }]);
    const expected = [0, 0, 0.25, 0.5, 0.5, 1, 0.75, 0.5, 1, 0, 0, 0.5];
    for (const [at, value] of rows.flat().entries()) expect(value, `value ${at}`).toBeCloseTo(expected[at] ?? 9, 6);
  });

  test('channels may be prepared in different ways', async () => {
    const columns = { volt: { scale: 'none' }, bar: { scale: 'standard', impute: 'constant', value: 260 } } as const;
    const { rows } = await prepared(TRAIN, { columns }, windows([NaN32, NaN32, 7, 100]));
    const deviation = Math.sqrt((2 * 160 ** 2 + 2 * 40 ** 2 + 240 ** 2) / 5);
    // Of an even number of values the median is the higher one in the middle.
    const expected = [2, 0, 7, -160 / deviation];
    for (const [at, value] of expected.entries()) expect(rows[0]?.[at]).toBeCloseTo(value, 5);
  });

  test('indicators are refused, for there are none in windows', async () => {
    await expect(prepared(TRAIN, { columns: { volt: { indicator: true } } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'preprocessing: column "volt" is read as window and takes impute, value, scale, clip, got indicator',
    });
  });
});
