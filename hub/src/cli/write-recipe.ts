import { readFile, writeFile } from 'node:fs/promises';
import type { RunView } from '../api/schemas/runs.ts';
import { OutsideError } from '../errors.ts';
import { RECIPE_HEADER, recipeText } from './recipe-text.ts';

/**
 * Writes the recipe of a run to a file, over one that a command wrote before.
 *
 * @returns false when the file is somebody's own, which stays as it is
 * @throws OutsideError STORAGE_FAILED
 */
export async function writeRecipe(path: string, run: RunView): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined && !before.startsWith(RECIPE_HEADER)) return false;
  await writeFile(path, recipeText(run)).catch((cause) => {
    throw new OutsideError('STORAGE_FAILED', `write ${path}`, { cause });
  });
  return true;
}
