import { expect, test } from 'vitest';
import { valueText } from './value-text.ts';

test('open sizes and unknown types are question marks', () => {
  expect(valueText({ name: 'x', type: 'float32', dims: ['batch', 3, null] })).toBe('x float32 [batch, 3, ?]');
  expect(valueText({ name: 'boxes', type: null, dims: null })).toBe('boxes ? [...]');
});
