import { describe, expect, test } from 'vitest';
import { Batches } from './batches.ts';
import { ImageShifts } from './image-shifts.ts';

/** Two channels of 3 x 3, each pixel with a number of its own. */
const IMAGE = Float32Array.from({ length: 18 }, (_, pixel) => pixel);
const DIMS = [2, 3, 3];

function shifted(salt: number): number[] {
  const dealt = new Float32Array(18);
  new ImageShifts(DIMS, 1).copy(IMAGE, 0, dealt, 0, salt);
  return [...dealt];
}

/** What a shift makes of the image, pixel by pixel. */
function expected(down: number, right: number): number[] {
  const within = (place: number): number => Math.max(0, Math.min(2, place));
  return Array.from({ length: 18 }, (_, pixel) => {
    const [channel, row, column] = [Math.floor(pixel / 9), Math.floor((pixel % 9) / 3), pixel % 3];
    return channel * 9 + within(row - down) * 3 + within(column - right);
  });
}

describe('image shifts', () => {
  test('give each of the nine shifts by one pixel, about equally often, and nothing else', () => {
    const counts = new Map<string, number>();
    for (let salt = 0; salt < 9_000; salt++) {
      const key = shifted(salt).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const all = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => expected(down, right).join()));
    expect([...counts.keys()].sort()).toEqual(all.sort());
    // 1,000 each; five deviations of a count are 149.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(149);
  });

  test('are the same when a batch is dealt again, and others in another order', () => {
    const rows = 40;
    const values = Float32Array.from({ length: rows * 18 }, (_, at) => at % 18);
    const source = { rows, dims: DIMS, values, labels: new Int32Array(rows) };
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    const deal = (places: Uint32Array) => [
      ...new Batches(source, rows, 1, new ImageShifts(DIMS, 1)).deal(places, 0, 1).values,
    ];
    expect(deal(order)).toEqual(deal(order));
    expect(deal(order.toReversed())).not.toEqual(deal(order));
  });
});
