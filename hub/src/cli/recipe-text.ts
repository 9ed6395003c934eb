import { stringify } from 'yaml';
import type { RunView } from '../api/schemas/runs.ts';

/** First words of a file that a command wrote, by which it knows its own. */
export const RECIPE_HEADER = '# Recipe of ';

/** The recipe of a run as a file that trains the same again. */
export function recipeText(run: Pick<RunView, 'id' | 'model' | 'dataset' | 'recipe' | 'seed'>): string {
  const { id, model, dataset, recipe, seed } = run;
  const content = { model, dataset: `${dataset.name}@${dataset.version}`, ...recipe, seed };
  return `${RECIPE_HEADER}${id}: edgeloop train --recipe FILE trains the same again.\n${stringify(content)}`;
}
