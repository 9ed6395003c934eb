import { expect, test } from 'vitest';
import { plainText } from './index.ts';

test('a text has nothing in it that ends it early', () => {
  expect(plainText('free\0 pills\0')).toBe('free\uFFFD pills\uFFFD');
  expect(plainText('größe 📏')).toBe('größe 📏');
});
