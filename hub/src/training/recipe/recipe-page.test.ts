import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FAMILIES, familyDefaults, type NetworkSettings } from '../../store/recipe/families.ts';
import { RecipeFields } from '../../store/recipe/recipe.ts';

describe('the page on training', () => {
  const page = readFileSync(new URL('../../../../docs/training.md', import.meta.url), 'utf8');
  const lines = page.split('\n');

  test('names every field of a recipe', () => {
    const table = lines.filter((line) => line.startsWith('| `'));
    const named = table.flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, field]) => field),
    );
    expect(Object.keys(RecipeFields.shape).filter((field) => !named.includes(field))).toEqual([]);
  });

  test('names every family, and its defaults where they differ', () => {
    const usual = familyDefaults('auto');
    for (const family of FAMILIES) {
      const own = Object.entries(familyDefaults(family)).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name as keyof NetworkSettings]),
      );
      expect(page).toContain(`\`${family}\``);
      if (own.length === 0) continue;
      const told = own.map(([name, value]) => `\`${name}\` ${JSON.stringify(value).replaceAll(',', ', ')}`).join(', ');
      expect(lines).toContain(`| \`${family}\` | ${told} |`);
    }
  });
});
