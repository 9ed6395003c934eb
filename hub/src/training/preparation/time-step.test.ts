import { describe, expect, test } from 'vitest';
import type { PreprocessingInput } from '../../store/recipe/preprocessing.ts';
import { columnRows, prepared } from '../../testing/prepared.ts';
import { SeededRandom } from '../seeded-random.ts';

const NaN64 = Number.NaN;
/** Sines and cosines in float32 of angles up to two pi. */
const TOLERANCE = 5e-6;

function times(seconds: readonly number[]): Parameters<typeof prepared>[0] {
  return columnRows(
    'times',
    ['at'],
    seconds.map((second) => [second]),
  );
}

const wave = (turn: number): [number, number] => [Math.sin(2 * Math.PI * turn), Math.cos(2 * Math.PI * turn)];

/** Parts of a date as JavaScript's calendar has them; the year as it is. */
function expectedParts(second: number): number[] {
  const date = new Date(Math.floor(second) * 1_000);
  const weekday = (date.getUTCDay() + 6) % 7;
  const secondOfDay = date.getUTCHours() * 3_600 + date.getUTCMinutes() * 60 + date.getUTCSeconds();
  return [
    date.getUTCFullYear(),
    ...wave(date.getUTCMonth() / 12),
    ...wave((date.getUTCDate() - 1) / 31),
    ...wave(weekday / 7),
    ...wave(secondOfDay / 86_400),
  ];
}

const ALL: PreprocessingInput = { times: { parts: ['year', 'month', 'day-of-month', 'day-of-week', 'hour'] } };
const second = (text: string): number => Date.parse(text) / 1_000;

/** Half of them each: the mean is 2000 and the deviation 100, so that a year can be read off again. */
const TRAIN = times([second('1900-07-01T00:00:00Z'), second('2100-07-01T00:00:00Z')]);

/** Of all moments, those whose parts are not the calendar's. */
function oddMoments(rows: readonly (readonly number[])[], seconds: readonly number[]): number[] {
  return seconds.filter((at, row) => {
    const [year = 0, ...others] = rows[row] ?? [];
    const [expectedYear = 0, ...expected] = expectedParts(at);
    const isYear = Math.round(year * 100 + 2_000) === expectedYear;
    return !isYear || expected.some((value, part) => !(Math.abs((others[part] ?? 9) - value) < TOLERANCE));
  });
}

describe('preparing times', () => {
  test('every day from 1900 to 2100 has the parts of the calendar', async () => {
    const first = second('1900-01-01T00:00:00Z');
    const seconds = Array.from({ length: 73_414 }, (_, day) => first + day * 86_400 + ((day * 7_919) % 86_400));
    expect(new Date((seconds.at(-1) ?? 0) * 1_000).getUTCFullYear()).toBe(2100);
    const { rows } = await prepared(TRAIN, ALL, times(seconds));
    expect(oddMoments(rows, seconds)).toEqual([]);
  });

  test('so has every moment, before 1970 and between two seconds too', async () => {
    const ends = ['1999-12-31T23:59:59Z', '2000-02-29T00:00:00Z', '2100-02-28T23:59:59Z', '2100-03-01T00:00:00Z'];
    const random = new SeededRandom(7);
    const [first, last] = [second('1900-01-01T00:00:00Z'), second('2101-01-01T00:00:00Z')];
    const others = Array.from({ length: 500 }, () => first + random.next() * (last - first));
    const seconds = [...ends.map(second), -0.5, 0, -86_400, ...others];
    expect(oddMoments((await prepared(TRAIN, ALL, times(seconds))).rows, seconds)).toEqual([]);
  });

  test('a missing time has no parts, and an indicator where training lacked some', async () => {
    const train = times([second('2020-01-01T00:00:00Z'), NaN64, second('2022-06-01T12:00:00Z')]);
    const { rows, parts } = await prepared(train);
    expect(parts[0]?.entries).toEqual([
      ...['at year', 'at month sine', 'at month cosine', 'at day-of-week sine', 'at day-of-week cosine'],
      ...['at hour sine', 'at hour cosine', 'at is missing'],
    ]);
    expect(rows[1]).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(rows.map(([year]) => year)).toEqual([-1, 0, 1]);
  });

  test('a clock that was never set, or that is broken, does not drown the rest', async () => {
    const train = times([second('2020-01-01T00:00:00Z'), second('2021-06-01T12:00:00Z')]);
    const { rows } = await prepared(train, {}, times([0, 1e300, -1e300, Number.POSITIVE_INFINITY]));
    expect(Math.max(...rows.flat().map(Math.abs))).toBeLessThanOrEqual(8);
    expect(rows.map(([year]) => year)).toEqual([-8, 8, -8, 8]);
  });
});
