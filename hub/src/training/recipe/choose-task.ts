import type { DatasetRecord } from '../../store/dataset-store.ts';
import type { Task } from '../../store/recipe/families.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/** What a recipe that does not say it is for: it follows from family, other fields, and what the target holds. */
export function chooseTask(
  recipe: Pick<Recipe, 'task' | 'family' | 'target' | 'anomaly'>,
  { columns, label }: Pick<DatasetRecord, 'columns' | 'label'>,
): Task {
  if (recipe.task !== undefined) return recipe.task;
  if (recipe.family === 'autoencoder' || recipe.anomaly.normal !== undefined) return 'anomaly';
  if (recipe.family === 'linear') return 'regression';
  if (recipe.family === 'logistic' || recipe.family === 'fine-tune') return 'classification';
  const target = columns.find(({ name }) => name === (recipe.target ?? label));
  // Yes or no as a digit is a class, and so is every label: whoever imports one says so.
  const isNumber = target?.kind === 'number' && target.distinct > 2;
  return isNumber ? 'regression' : 'classification';
}
