import type { FineTune } from '../quantization/ladder/fine-tune.ts';
import type { Recipe } from '../store/recipe/recipe.ts';
import { retouchModel } from '../training/retouching/retouch-model.ts';
import type { JobContext } from './job-context.ts';
import type { LoadedModelRows } from './job-rows.ts';

export interface FineTuningInput {
  /** What the model was trained by. */
  readonly recipe: Recipe;
  readonly seed: number;
  readonly rows: Pick<LoadedModelRows, 'train' | 'validation'>;
  readonly context: Pick<JobContext, 'engine' | 'nowMs' | 'signal'>;
}

/** What the ladder trains forms with: the rows, the loss and the optimizer that their model learned by. */
export function fineTuning({ recipe, seed, rows, context }: FineTuningInput): FineTune {
  const { engine, nowMs } = context;
  const { train, validation } = rows;
  return ({ model, epochs, signal = context.signal }) =>
    retouchModel({ model, recipe, seed, train, validation, epochs, engine, nowMs, signal });
}
