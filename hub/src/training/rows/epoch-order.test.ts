import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../seeded-random.ts';
import { balancedOrder, shuffledOrder } from './epoch-order.ts';

describe('the order of an epoch', () => {
  test('has every row once, in another order every time, and the same again from the same state', () => {
    const order = shuffledOrder(100);
    const random = new SeededRandom(3);
    const first = order(random);
    const between = random.state;
    const second = order(random);
    expect([...first].sort((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, row) => row));
    expect(second).not.toEqual(first);
    expect(order(new SeededRandom(between))).toEqual(second);
  });

  test('deals every class equally often when it is balanced, and no row of a class twice before all came', () => {
    // 90 rows of class 0, 9 of class 2, one of class 5.
    const labels = Int32Array.from({ length: 100 }, (_, row) => (row < 90 ? 0 : row < 99 ? 2 : 5));
    const order = balancedOrder(labels);
    const places = order(new SeededRandom(3));
    expect(places).toHaveLength(100);
    for (let start = 0; start + 30 <= 100; start += 30) {
      const batch = [...places.subarray(start, start + 30)].map((row) => labels[row]);
      expect([0, 2, 5].map((label) => batch.filter((other) => other === label).length)).toEqual([10, 10, 10]);
    }
    const frequent = [...places].filter((row) => labels[row] === 0);
    expect(new Set(frequent).size).toBe(frequent.length);
    const rare = [...places].filter((row) => labels[row] === 2);
    expect(new Set(rare.slice(0, 9)).size).toBe(9);
    expect(new Set(rare.slice(9, 18)).size).toBe(9);
    expect(order(new SeededRandom(4))).not.toEqual(places);
    expect(order(new SeededRandom(3))).toEqual(places);
  });
});
