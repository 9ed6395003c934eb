import type { ColumnKind, ColumnProfile, DatasetRecord } from '../../store/dataset-store.ts';
import { ownEntry } from '../../store/own-entry.ts';
import type { Family } from '../../store/recipe/families.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

const TABLE: readonly ColumnKind[] = ['number', 'category', 'time'];

/** Kinds of columns that a family reads by itself; others only where the recipe names them. */
const KINDS_OF_FAMILY: Readonly<Record<Family, readonly ColumnKind[]>> = {
  auto: [...TABLE, 'text', 'image'],
  fusion: [...TABLE, 'text', 'image'],
  layers: [...TABLE, 'text', 'image'],
  logistic: TABLE,
  linear: TABLE,
  mlp: TABLE,
  cnn: ['image'],
  'mobile-cnn': ['image'],
  'text-linear': ['text'],
  'text-cnn-lstm': ['text'],
  'sensor-cnn': ['number'],
  'sensor-gru': ['number'],
  autoencoder: [...TABLE, 'image'],
  'fine-tune': ['number'],
};

/** The columns of a data set that a model of the recipe reads, unless the recipe names them. */
export function readableColumns(
  { columns, label }: Pick<DatasetRecord, 'columns' | 'label'>,
  recipe: Pick<Recipe, 'family' | 'target' | 'image' | 'window' | 'preprocessing'>,
): ColumnProfile[] {
  const kinds = kindsOf(recipe);
  const told = recipe.preprocessing.columns;
  const reserved = new Set([recipe.target ?? label, label, recipe.window?.group]);
  return columns.filter((column) => {
    if (reserved.has(column.name) || column.count === 0) return false;
    return kinds.includes(kindOf(column, ownEntry(told, column.name)?.kind));
  });
}

/** Kinds of columns that a model of the recipe reads. */
export function kindsOf({ family, image, window }: Pick<Recipe, 'family' | 'image' | 'window'>): readonly ColumnKind[] {
  // Pixels that are columns, and readings of a window, are numbers.
  return image || window ? ['number'] : KINDS_OF_FAMILY[family];
}

const KIND_OF_INPUT = { numbers: 'number', categories: 'category', times: 'time', text: 'text' } as const;

/** What a column is read as: what the recipe says, or else what the data set does. */
export function kindOf({ kind }: ColumnProfile, told: keyof typeof KIND_OF_INPUT | undefined): ColumnKind {
  return told === undefined ? kind : KIND_OF_INPUT[told];
}
