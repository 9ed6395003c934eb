import { expect, test } from 'vitest';
import { RecipeSchema } from './recipe.ts';

test('a recipe may only ask a model for what its task has', () => {
  const faultsOf = (recipe: object) => RecipeSchema.safeParse(recipe).error?.issues.map(({ message }) => message) ?? [];
  expect(faultsOf({ task: 'regression', gate: { minR2: 0.5 } })).toEqual([]);
  expect(
    faultsOf({ task: 'classification', gate: { minAccuracy: 0.5, minF1: { spam: 0.9 }, minRocAuc: 0.9 } }),
  ).toEqual([]);
  expect(faultsOf({ gate: { minAccuracy: 0.5, minR2: 0.5 } })).toEqual([]);
  expect(faultsOf({ task: 'classification', gate: { minR2: 0.5 } })).toEqual([
    'minR2 is for task regression, got task classification',
  ]);
  expect(faultsOf({ task: 'regression', gate: { minMacroF1: 0.5 } })).toEqual([
    'minMacroF1 is for models of classes, got task regression',
  ]);
});
