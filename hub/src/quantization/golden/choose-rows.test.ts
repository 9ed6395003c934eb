import { describe, expect, test } from 'vitest';
import type { ClassPredictions } from '../../store/model-rows.ts';
import { chooseRows } from './choose-rows.ts';

/** Two classes, of every row with this distance between them; every second row is of the other class. */
function classes(margins: readonly number[]): ClassPredictions {
  const probabilities = Float32Array.from(
    margins.flatMap((margin, row) => {
      const [more, less] = [(1 + margin) / 2, (1 - margin) / 2];
      return row % 2 === 0 ? [more, less] : [less, more];
    }),
  );
  const classIndex = Int32Array.from(margins, (_, row) => row % 2);
  return { kind: 'classes', rows: margins.length, probabilities, classIndex };
}

const ASKED = { count: 32, tolerance: 0.05 };

describe('choosing golden rows', () => {
  test('takes clear rows only where there are enough', () => {
    const margins = Array.from({ length: 100 }, (_, row) => (row < 20 ? 0.6 : 0.4));
    expect(chooseRows(classes(margins), [], ASKED).toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
  });

  test('takes rows that rounding cannot turn where clear ones are too few, the clearest of each class first', () => {
    const margins = Array.from({ length: 100 }, (_, row) => (row < 4 ? 0.6 : row < 90 ? 0.25 : 0.1));
    const chosen = chooseRows(classes(margins), [], ASKED);
    expect(chosen).toHaveLength(32);
    expect(chosen.slice(0, 4).toSorted()).toEqual([0, 1, 2, 3]);
    expect(chosen.every((row) => margins[row]! > 0.2)).toBe(true);
  });

  test('fills up to 16 with the clearest rows of a model that is never sure', () => {
    const margins = Array.from({ length: 100 }, (_, row) => row / 1000);
    expect(chooseRows(classes(margins), [], ASKED).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, at) => 84 + at),
    );
    expect(chooseRows(classes(margins.slice(0, 5)), [], ASKED)).toHaveLength(5);
  });

  test('takes as many numbers as there are, although rows with gaps also show the range', () => {
    const values = Float32Array.from({ length: 16 }, (_, row) => row);
    const chosen = chooseRows({ kind: 'number', rows: 16, values }, [[0], [15], [8]], ASKED);
    expect(new Set(chosen).size).toBe(16);
  });
});
