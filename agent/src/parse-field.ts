import { type FeatureSpec, parseTime, plainText, type TensorSpec } from '@edgeloop/protocol';
import { ReadingRefused } from './errors.ts';
import { isFloating, isTime } from './input-kind.ts';
import type { FieldValue } from './reading.ts';

const LIKE_A_NUMBER = /^[+-]?[.\d]/;

// The same marks that the hub takes for missing when it imports a table.
const MISSING_TEXT = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

/**
 * One value as the element of an input: missing is NaN or ''.
 *
 * @throws ReadingRefused INPUT_INVALID naming the feature
 */
export function parseField(input: TensorSpec, feature: FeatureSpec, value: FieldValue): number | string {
  if (input.elementType === 'string') return parseText(feature, value);
  const { name } = feature;
  const number = isTime(feature) ? parseMoment(name, value) : parseNumber(name, value);
  if (number !== undefined) return checkElement(name, input.elementType, number);
  if (isFloating(input.elementType)) return Number.NaN;
  throw new ReadingRefused(name, 'missing', `expected a value, got none, and ${input.elementType} cannot be missing`);
}

/** The number in a text; undefined where it says that there is none. @throws ReadingRefused INPUT_INVALID */
export function parseNumber(name: string, value: FieldValue): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    if (Number.isNaN(value)) return undefined;
    throw new ReadingRefused(name, 'range', `expected a finite number, got ${value}`);
  }
  if (isMissing(value)) return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw new ReadingRefused(name, 'type', `expected a number, got ${shown(value)}`);
}

/** Unix time in seconds; undefined where nothing is said. @throws ReadingRefused INPUT_INVALID */
export function parseMoment(name: string, value: FieldValue): number | undefined {
  if (value === undefined || value === null || Number.isNaN(value)) return undefined;
  if (typeof value === 'string' && isMissing(value)) return undefined;
  // A file of readings has Unix times as text.
  const seconds = parseTime(value) ?? parseTime(typeof value === 'string' ? Number(value) : Number.NaN);
  if (seconds !== undefined) return seconds;
  if (typeof value === 'number') throw new ReadingRefused(name, 'range', `expected a finite time, got ${value}`);
  throw new ReadingRefused(name, 'type', `expected ISO 8601 or Unix seconds, got ${shown(value)}`);
}

/** Whole numbers must be whole, and all must fit their type; NaN is missing. @throws ReadingRefused INPUT_INVALID */
export function checkElement(name: string, elementType: string, value: number): number {
  const bounds = WHOLE[elementType];
  if (bounds === undefined) {
    const most = LARGEST[elementType] ?? Number.MAX_VALUE;
    if (Math.abs(value) <= most || Number.isNaN(value)) return value;
    throw new ReadingRefused(name, 'range', `expected a finite number (${elementType}), got ${value}`);
  }
  if (!Number.isInteger(value)) throw new ReadingRefused(name, 'type', `expected a whole number, got ${value}`);
  const [min, max] = bounds;
  if (value >= min && value <= max) return value;
  throw new ReadingRefused(name, 'range', `expected ${min} to ${max} (${elementType}), got ${value}`);
}

// IEEE 754: the largest numbers that do not round to infinity. Double precision has every number there is here.
const LARGEST: Readonly<Record<string, number>> = { float16: 65_504, float32: (2 - 2 ** -23) * 2 ** 127 };

const WHOLE: Readonly<Record<string, readonly [number, number]>> = {
  bool: [0, 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
};

function parseText({ kind, levels }: FeatureSpec, value: FieldValue): string {
  if (value === undefined || value === null) return '';
  const text = plainText(String(value));
  if (kind === 'category') return parseLevel(levels, text);
  // As in the data set that the model learned from.
  return isMissing(text) ? '' : text;
}

/**
 * The level as the hub would have imported it: without blanks around it, a mark for "missing" as missing, a number as it
 * is usually written, since codes that are read as categories may stand in a column of numbers. A level of just this
 * name comes first.
 */
function parseLevel(levels: readonly string[], text: string): string {
  const trimmed = text.trim();
  const isUsual = trimmed === text && !isMissing(text) && !LIKE_A_NUMBER.test(text);
  if (isUsual || levels.includes(text)) return text;
  if (levels.includes(trimmed)) return trimmed;
  if (isMissing(trimmed)) return '';
  const number = Number(trimmed) + 0;
  return Number.isFinite(number) && levels.includes(String(number)) ? String(number) : trimmed;
}

function isMissing(text: string): boolean {
  return MISSING_TEXT.has(text.trim().toLowerCase());
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 60));
}
