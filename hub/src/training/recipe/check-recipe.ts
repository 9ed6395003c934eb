import type { z } from 'zod';
import { RequestError } from '../../errors.ts';
import type { ColumnProfile, DatasetRecord } from '../../store/dataset-store.ts';
import { ownEntry } from '../../store/own-entry.ts';
import { type Recipe, RecipeSchema } from '../../store/recipe/recipe.ts';
import { checkTarget } from './check-target.ts';
import { chooseFamily } from './choose-family.ts';
import { chooseTask } from './choose-task.ts';
import { enoughEpochs } from './enough-epochs.ts';
import { kindOf, kindsOf, readableColumns } from './readable-columns.ts';

/** A recipe in full, with the choices that it left to the data. */
export interface CompleteRecipe {
  readonly recipe: Recipe;
  /** Why these were chosen, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * The recipe with its defaults, and with family, task and target as they follow from the data set it is for.
 *
 * @throws RequestError INVALID_INPUT naming every field that is wrong
 */
export function checkRecipe(input: unknown, dataset: DatasetRecord): Recipe {
  return completeRecipe(input, dataset).recipe;
}

/** The same, with reasons. @throws RequestError INVALID_INPUT naming every field that is wrong */
export function completeRecipe(input: unknown, dataset: DatasetRecord): CompleteRecipe {
  const wish = input ?? {};
  const asked = parsed(wish);
  checkColumns(asked, dataset);
  const task = chooseTask(asked, dataset);
  const target = targetOf(asked, task, dataset);
  const told = { ...asked, task, target };
  const chosen = asked.family === 'auto' ? chooseFamily(outlineOf(told, dataset), asked) : undefined;
  const normal = task === 'anomaly' && !asked.anomaly.normal ? mostFrequent(target, dataset) : undefined;
  const settled = parsed({
    ...(wish as object),
    ...{ task, family: chosen?.family ?? asked.family },
    ...(target && { target }),
    ...(normal && { anomaly: { ...asked.anomaly, normal: [normal] } }),
  });
  const { epochs, patience } = wish as { readonly epochs?: unknown; readonly patience?: unknown };
  const enough = epochs === undefined && patience === undefined ? enoughEpochs(settled, dataset) : undefined;
  const recipe = { ...settled, ...enough };
  checkData(recipe, dataset);
  const notes = [
    ...(chosen ? [`family ${chosen.family}, because ${chosen.reason}`] : []),
    ...(normal ? [`normal is ${normal}, because most rows are`] : []),
    ...(enough ? [`${enough.epochs} epochs, because ${dataset.rows} rows make few steps each`] : []),
  ];
  return { recipe, notes };
}

/** Of equally frequent ones the first by code unit. The order of the levels says nothing: numbers come first in it. */
function mostFrequent(target: string | undefined, { columns }: DatasetRecord): string | undefined {
  const { levels = {} } = columns.find(({ name }) => name === target) ?? {};
  const names = Object.keys(levels).sort();
  return names.reduce<string | undefined>(
    (most, name) => (most === undefined || (levels[name] ?? 0) > (levels[most] ?? 0) ? name : most),
    undefined,
  );
}

function parsed(input: unknown): Recipe {
  const { data, error } = RecipeSchema.safeParse(input);
  if (error) throw invalid(error.issues.map(sentence));
  return data;
}

/** The column to tell; undefined where every row is normal. */
function targetOf(recipe: Recipe, task: Recipe['task'], dataset: DatasetRecord): string | undefined {
  const target = recipe.target ?? dataset.label ?? undefined;
  if (target !== undefined || task === 'anomaly') return target;
  const message = `data set ${nameOf(dataset)} must have a label, or the recipe a target, got none`;
  throw invalid([`${message}; task anomaly needs neither`]);
}

function outlineOf(recipe: Recipe & { task: NonNullable<Recipe['task']> }, dataset: DatasetRecord) {
  const columns = recipe.features
    ? dataset.columns.filter(({ name }) => recipe.features?.includes(name))
    : readableColumns(dataset, recipe);
  const { image } = recipe;
  const kinds = columns.map((column) => kindOf(column, ownEntry(recipe.preprocessing.columns, column.name)?.kind));
  const [first] = columns.flatMap((column) => column.image ?? []);
  const size = image ?? first;
  return {
    ...{ task: recipe.task, rows: dataset.rows },
    kinds: image ? (['image'] as const) : kinds,
    pixels: size ? size.height * size.width : null,
  };
}

function checkColumns(recipe: Recipe, dataset: DatasetRecord): void {
  const { target, features = [], window } = recipe;
  const named = [
    ...(target === undefined ? [] : ['target', target]),
    ...(window?.group ? ['window', window.group] : []),
  ];
  const faults = [
    ...pairs(named).flatMap(([field, name]) => unknownColumn(field, name, dataset)),
    ...features.flatMap((name) => featureFaults(name, target ?? dataset.label, dataset)),
  ];
  if (faults.length > 0) throw invalid(faults);
}

function pairs(list: readonly string[]): [string, string][] {
  return list.flatMap((field, at): [string, string][] => (at % 2 === 0 ? [[field, list[at + 1] ?? '']] : []));
}

function unknownColumn(field: string, name: string, { columns }: DatasetRecord): string[] {
  if (columns.some((column) => column.name === name)) return [];
  return [`${field}: no column ${JSON.stringify(name)}; the columns are ${columns.map((c) => c.name).join(', ')}`];
}

function featureFaults(name: string, target: string | null, dataset: DatasetRecord): string[] {
  if (name === target) return [`features: ${JSON.stringify(name)} is the target`];
  return unknownColumn('features', name, dataset);
}

function checkData(recipe: Recipe, dataset: DatasetRecord): void {
  const readable = readableColumns(dataset, recipe);
  checkImage(recipe, readable);
  if (!recipe.features && readable.length === 0) throw invalid([nothingToRead(recipe, dataset)]);
  const { window } = recipe;
  const faults = [
    ...checkTarget(recipe, dataset),
    ...settingFaults(recipe, recipe.features ?? readable.map(({ name }) => name)),
    ...(window && window.size > dataset.rows
      ? [`window.size: must be at most the ${dataset.rows} rows of ${nameOf(dataset)}, got ${window.size}`]
      : []),
  ];
  if (faults.length > 0) throw invalid(faults);
}

function nothingToRead(recipe: Recipe, dataset: DatasetRecord): string {
  const kinds = kindsOf(recipe).join(', ');
  const message = `data set ${nameOf(dataset)} must have a column that family ${recipe.family} can learn from, got none`;
  const held = dataset.columns
    .filter(({ name }) => name !== recipe.target)
    .map(({ name, kind }) => `${name} (${kind})`);
  return `${message}: it reads columns of kind ${kinds}, and there are ${held.join(', ')}`;
}

/** Settings of columns that the model does not read would have no effect. */
function settingFaults({ preprocessing }: Recipe, read: readonly string[]): string[] {
  return Object.keys(preprocessing.columns)
    .filter((name) => !read.includes(name))
    .map(
      (name) =>
        `preprocessing.columns: ${JSON.stringify(name)} must be a column that the model reads: ${read.join(', ')}`,
    );
}

/** The recipe's own schema checks columns that it names. */
function checkImage({ image, features }: Recipe, readable: readonly ColumnProfile[]): void {
  if (!image || features) return;
  const pixels = image.height * image.width * image.channels;
  if (readable.length === pixels) return;
  throw invalid([`image: expected ${pixels} number columns, one per pixel and channel, got ${readable.length}`]);
}

function nameOf({ name, version }: DatasetRecord): string {
  return `${name}@${version}`;
}

function sentence({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function invalid(faults: readonly string[]): RequestError {
  return new RequestError('INVALID_INPUT', `recipe: ${faults.join('; ')}`, { details: { faults } });
}
