import type { Target } from '../../store/model-rows.ts';
import type { Task } from '../../store/recipe/families.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/** What a recipe is for, where it does not say so: by its family and its target. */
export function taskOf({ task, family }: Pick<Recipe, 'task' | 'family'>, target: Target): Task {
  if (task !== undefined) return task;
  if (family === 'autoencoder') return 'anomaly';
  return target.kind === 'number' ? 'regression' : 'classification';
}
