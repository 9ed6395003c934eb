import { sha256Hex } from '@edgeloop/protocol';
import type { ColumnProfile } from '../store/dataset-store.ts';
import {
  type CodedColumn,
  type Column,
  type ImageColumn,
  imageOf,
  isCoded,
  isMissing,
  type NumberColumn,
} from '../store/table.ts';

const MOST_LEVELS = 50;

/** What a column holds, in figures. */
export function profileColumn(column: Column, unit?: string): ColumnProfile {
  if (column.kind === 'image') return profileImages(column);
  if (isCoded(column)) return profileLevels(column);
  return unit === undefined ? profileNumbers(column) : { ...profileNumbers(column), unit };
}

function profileNumbers({ name, values }: NumberColumn): ColumnProfile {
  const distinct = new Set<number>();
  let [count, mean, m2] = [0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    distinct.add(value);
    count++;
    // Welford: stable for large means.
    const delta = value - mean;
    mean += delta / count;
    m2 += delta * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const profile = { name, kind: 'number' as const, count, missing: values.length - count, distinct: distinct.size };
  if (count === 0) return profile;
  return { ...profile, min, max, mean, standardDeviation: count > 1 ? Math.sqrt(m2 / (count - 1)) : 0 };
}

function profileLevels({ name, kind, levels, codes }: CodedColumn): ColumnProfile {
  const counts = new Array<number>(levels.length).fill(0);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code] = (counts[code] ?? 0) + 1;
  }
  const profile = { name, kind, count: codes.length - missing, missing, distinct: levels.length };
  if (kind !== 'category') return profile;
  const byCount = levels.map((level, code) => [level, counts[code] ?? 0] as const).sort((a, b) => b[1] - a[1]);
  return { ...profile, levels: Object.fromEntries(byCount.slice(0, MOST_LEVELS)) };
}

function profileImages(column: ImageColumn): ColumnProfile {
  const { name, kind, height, width, channels, pixels } = column;
  const rows = pixels.length / (height * width * channels);
  const distinct = new Set<string>();
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    if (isMissing(column, row)) missing++;
    else distinct.add(sha256Hex(imageOf(column, row)));
  }
  const profile = { name, kind, count: rows - missing, missing, distinct: distinct.size };
  return { ...profile, image: { height, width, channels } };
}
