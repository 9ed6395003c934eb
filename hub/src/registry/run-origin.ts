import { InternalError } from '../errors.ts';
import type { BaseVersion } from '../store/model-store.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';
import type { VersionOrigin } from './registry.ts';

type Training = Pick<VersionOrigin, 'worker' | 'engine' | 'parentVersion'>;

/** Where the version of a run comes from. */
export function runOrigin(run: RunRecord, { worker, engine, parentVersion }: Training): VersionOrigin {
  const { id, dataset, recipe, seed, cause } = run;
  return { runId: id, dataset, recipe, seed, parentVersion, from: baseOf(run), worker, engine, cause };
}

/** The hub resolved it when the run began. */
function baseOf({ id, recipe }: RunRecord): BaseVersion | null {
  const { from } = RecipeSchema.parse(recipe);
  if (from === undefined) return null;
  const { model, version, digest } = from;
  if (version !== undefined && digest !== undefined) return { model, version, digest };
  throw new InternalError(`run ${id} starts from ${model} without a version and a digest`);
}
