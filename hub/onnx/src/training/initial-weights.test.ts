import { describe, expect, test } from 'vitest';
import { glorotUniform } from './initial-weights.ts';

describe('glorotUniform', () => {
  test('spreads weights evenly up to the limit of the layer, the same for the same seed', () => {
    const { data, dims } = glorotUniform([200, 100], 7);
    expect(dims).toEqual([200, 100]);
    const limit = Math.sqrt(6 / 300);
    expect(Math.max(...data)).toBeLessThanOrEqual(limit);
    // Variance of a uniform distribution: limit^2 / 3; 20,000 draws are right to about 1 %.
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
    expect(glorotUniform([200, 100], 7).data).toEqual(data);
    expect(glorotUniform([200, 100], 8).data).not.toEqual(data);
  });

  test('counts the kernel of a convolution', () => {
    expect(Math.max(...glorotUniform([64, 32, 5, 5], 1).data)).toBeLessThanOrEqual(Math.sqrt(6 / (96 * 25)));
  });

  test('refuses a vector, which has no inputs and outputs', () => {
    expect(() => glorotUniform([3], 1)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
