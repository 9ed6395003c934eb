import { describe, expect, it } from 'vitest';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { ChannelStatistics } from './channel-statistics.ts';

describe('ChannelStatistics', () => {
  it.each([
    { axis: 1, dims: [2, 3, 4, 5] },
    { axis: -1, dims: [4, 6, 3] },
    { axis: 0, dims: [3, 7] },
    { axis: 1, dims: [5, 3] },
  ])('has mean and largest magnitude of axis $axis of $dims', ({ axis, dims }) => {
    const { data } = randomFloat32(seededRandom(1), dims, 3);
    const statistics = new ChannelStatistics(axis);
    statistics.observe(data, dims);
    const at = axis < 0 ? dims.length + axis : axis;
    const inner = dims.slice(at + 1).reduce((a, b) => a * b, 1);
    const channel = [0, 1, 2].map((index) => [...data].filter((_, entry) => Math.floor(entry / inner) % 3 === index));
    // Sums in float64, rounded to float32 once.
    for (const [index, values] of channel.entries()) {
      expect(statistics.means()[index]).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
      expect(statistics.maxima()[index]).toBe(Math.max(...values.map(Math.abs)));
    }
  });

  it('weighs values alike over calls of different sizes', () => {
    const statistics = new ChannelStatistics(-1);
    statistics.observe(Float32Array.of(1, -10, 3, 20), [2, 2]);
    statistics.observe(Float32Array.of(8, 2), [1, 1, 2]);
    expect([...statistics.means()]).toEqual([4, 4]);
    expect([...statistics.maxima()]).toEqual([8, 20]);
  });

  it('refuses what is not finite, naming the value', () => {
    const statistics = new ChannelStatistics(-1, 'hidden');
    expect(() => statistics.observe(Float32Array.of(1, Number.NaN), [1, 2])).toThrow(
      expect.objectContaining({ code: 'VALUE_NOT_FINITE', place: { value: 'hidden' } }),
    );
  });

  it.each([[[1, 3]], [[]]])('refuses the shape %j after [1, 2]', (dims) => {
    const statistics = new ChannelStatistics(-1, 'hidden');
    statistics.observe(Float32Array.of(1, 2), [1, 2]);
    const values = new Float32Array(dims.reduce((a, b) => a * b, 1));
    expect(() => statistics.observe(values, dims)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  });
});
