import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RecipeFields } from '../store/recipe.ts';

test('the page on training names every field of a recipe', () => {
  const page = readFileSync(new URL('../../../docs/training.md', import.meta.url), 'utf8');
  const table = page.split('\n').filter((line) => line.startsWith('| `'));
  const named = table.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, field]) => field));
  expect(Object.keys(RecipeFields.shape).filter((field) => !named.includes(field))).toEqual([]);
});
