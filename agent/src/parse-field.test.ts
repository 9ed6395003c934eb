import type { TensorSpec } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { parseField } from './parse-field.ts';
import type { FieldValue } from './reading.ts';

const input: TensorSpec = {
  ...{ name: 'categories', elementType: 'string', dims: [-1, 1], features: [] },
  ...{ meaning: '', layout: '', stride: 0 },
};

function parsed(value: FieldValue, levels: string[], kind = 'category'): number | string {
  return parseField(input, { name: 'colour', kind, levels, unit: '', description: '' }, value);
}

describe('a category', () => {
  const cases: readonly (readonly [string, FieldValue, string[], string])[] = [
    ['that is a level', 'red', ['blue', 'red'], 'red'],
    ['with blanks around it', ' red\t', ['blue', 'red'], 'red'],
    ['with blanks that the level has too', ' red', [' red', 'red'], ' red'],
    ['of a number written otherwise', '01.0', ['1', '2'], '1'],
    ['of a number that is a level as it is written', '01', ['01', '1'], '01'],
    ['of a number in JSON', 1, ['1', '2'], '1'],
    ['of a number below nothing', '-0', ['0'], '0'],
    ['of a number that is no level', ' 07', ['1'], '07'],
    ['of what is no number, where a level is called NaN', '.x', ['NaN'], '.x'],
    ['that is a mark for missing', ' NA ', ['1'], ''],
    ['that is such a mark and a level', 'NA', ['NA'], 'NA'],
    ['with what would end it early', 'red\0', ['red'], 'red\uFFFD'],
  ];
  for (const [what, value, levels, expected] of cases) {
    it(`${what} becomes ${JSON.stringify(expected)}`, () => expect(parsed(value, levels)).toBe(expected));
  }
});

it('a text stays as it is', () => {
  expect(parsed(' 01 NA ', [], 'text')).toBe(' 01 NA ');
});

it('a text that is a mark for missing is missing, as in the data set that the model learned from', () => {
  expect(parsed(' n/a', [], 'text')).toBe('');
});
