import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type PreprocessingInput, PreprocessingSchema } from './preprocessing.ts';

const faultOf = (input: PreprocessingInput): unknown => PreprocessingSchema.safeParse(input).error?.issues[0];

describe('preprocessing', () => {
  test('has a default for everything', () => {
    expect(PreprocessingSchema.parse({})).toEqual({
      numbers: { impute: 'median', value: 0, indicator: 'auto', scale: 'robust' },
      categories: { minCount: 1, maxLevels: 1_000 },
      times: { parts: ['year', 'month', 'day-of-week', 'hour'], indicator: 'auto' },
      text: { lowercase: true, split: 'words', vocabulary: 20_000, minCount: 2, ngrams: 2, buckets: 65_536 },
      image: { pixels: 'standard' },
      columns: {},
    });
  });

  test('is the same after it was written as YAML', () => {
    const settings = PreprocessingSchema.parse({
      numbers: { scale: 'standard', clip: { low: 0.01, of: 'quantiles' }, indicator: false },
      columns: { 'a: b': { impute: 'constant', value: -1 }, note: { kind: 'text', tokens: 'ngrams' } },
    });
    expect(PreprocessingSchema.parse(parse(stringify(settings)))).toEqual(settings);
  });

  test('puts no defaults into the settings of a column, which stand in the place of those of its kind', () => {
    expect(PreprocessingSchema.parse({ columns: { a: { scale: 'none' } } }).columns).toEqual({ a: { scale: 'none' } });
  });

  test('refuses what is not there or cannot be', () => {
    expect(faultOf({ columns: { a: { scail: 'none' } } } as PreprocessingInput)).toMatchObject({
      path: ['columns', 'a'],
      message: 'Unrecognized key: "scail"',
    });
    expect(faultOf({ numbers: { clip: { low: 2, high: 1 } } })).toMatchObject({
      path: ['numbers', 'clip', 'high'],
      message: 'must be at least 2, got 1',
    });
    expect(faultOf({ columns: { a: { clip: { high: 99, of: 'quantiles' } } } })).toMatchObject({
      path: ['columns', 'a', 'clip', 'high'],
      message: 'must be between 0 and 1, got 99',
    });
  });
});
