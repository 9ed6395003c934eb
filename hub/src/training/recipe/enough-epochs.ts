import type { DatasetRecord } from '../../store/dataset-store.ts';
import type { Family } from '../../store/recipe/families.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/**
 * Steps that a family takes to learn anything, however few rows there are. Its default epochs are those of some
 * thousand rows: with 500 mails, text-cnn-lstm says the most frequent class after 6 epochs and is right for 85 % with
 * these.
 */
const LEAST_STEPS: Readonly<Partial<Record<Family, number>>> = { 'text-cnn-lstm': 390 };

/** Epochs, and patience to match, that make enough steps; undefined where the recipe's do. */
export function enoughEpochs(
  { family, epochs, patience, batchSize, split }: Recipe,
  { rows }: DatasetRecord,
): Pick<Recipe, 'epochs' | 'patience'> | undefined {
  const stepsPerEpoch = Math.max(1, Math.ceil((rows * split.train) / batchSize));
  const needed = Math.ceil((LEAST_STEPS[family] ?? 0) / stepsPerEpoch);
  if (needed <= epochs) return undefined;
  return { epochs: needed, patience: Math.max(patience, Math.ceil(needed / 6)) };
}
