import type { z } from 'zod';
import { RequestError } from '../errors.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { type Recipe, RecipeSchema } from '../store/recipe.ts';

/**
 * The recipe with its defaults, checked against the data set it is for.
 *
 * @throws RequestError INVALID_INPUT naming every field that is wrong
 */
export function checkRecipe(input: unknown, dataset: DatasetRecord): Recipe {
  const parsed = RecipeSchema.safeParse(completed(input ?? {}));
  if (!parsed.success) throw invalid(parsed.error.issues.map(sentence));
  const { label, columns } = dataset;
  if (label === null) throw invalid([`data set ${dataset.name}@${dataset.version} must have a label, got none`]);
  const faults = (parsed.data.features ?? []).flatMap((name) => featureFaults(name, dataset));
  if (faults.length > 0) throw invalid(faults);
  checkImage(parsed.data, dataset);
  if (!columns.some((column) => column.kind === 'number' && column.count > 0)) {
    throw invalid([`data set ${dataset.name}@${dataset.version} must have a number column to learn from, got none`]);
  }
  if (dataset.classes.length < 2) {
    throw invalid([`label ${JSON.stringify(label)} must have at least 2 classes, got ${dataset.classes.length}`]);
  }
  return parsed.data;
}

/** Who names a version to start from need not say what that is called. */
function completed(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('from' in input) || 'family' in input) return input;
  return { trainable: 'head', ...input, family: 'fine-tune' };
}

/** The recipe's own schema checks columns that it names. */
function checkImage({ image, features }: Recipe, { columns, label }: DatasetRecord): void {
  if (!image || features) return;
  const pixels = image.height * image.width * image.channels;
  const found = columns.filter(({ name, kind, count }) => name !== label && kind === 'number' && count > 0).length;
  if (found === pixels) return;
  throw invalid([`image: expected ${pixels} number columns, one per pixel and channel, got ${found}`]);
}

function featureFaults(name: string, { columns, label }: DatasetRecord): string[] {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    return [`features: no column ${JSON.stringify(name)}; the columns are ${columns.map((c) => c.name).join(', ')}`];
  }
  if (name === label) return [`features: ${JSON.stringify(name)} is the label`];
  if (column.kind === 'number') return [];
  return [`features: it learns from number columns, and ${JSON.stringify(name)} is of kind ${column.kind}`];
}

function sentence({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function invalid(faults: readonly string[]): RequestError {
  return new RequestError('INVALID_INPUT', `recipe: ${faults.join('; ')}`, { details: { faults } });
}
