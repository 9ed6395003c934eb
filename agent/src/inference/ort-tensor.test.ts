import { expect, test } from 'vitest';
import { makeTensor } from './ort-tensor.ts';

test('a text reaches the model to its end', () => {
  expect(makeTensor('string', [['free\0 pills'], ['📏']], [2, 1]).data).toEqual(['free\uFFFD pills', '📏']);
});
