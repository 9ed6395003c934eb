import type { ColumnKind } from '../../store/dataset-store.ts';
import type { Family, Task } from '../../store/recipe/families.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/** What is known of the data before it is read. */
export interface DataOutline {
  readonly task: Task;
  readonly rows: number;
  /** Kinds of the columns that can be learned from. */
  readonly kinds: readonly ColumnKind[];
  /** Pixels of the images, where there are any. */
  readonly pixels: number | null;
}

export interface ChosenFamily {
  readonly family: Exclude<Family, 'auto'>;
  /** Why, as what follows "because". */
  readonly reason: string;
}

/** Rows below which hidden layers learn by heart. */
const FEW_ROWS = 100;
const FEW_ROWS_PER_COLUMN = 5;
/** Texts from which on it pays to look at the order of words. */
const MANY_TEXTS = 20_000;
/** Pixels from which on ordinary convolutions take long. */
const MANY_PIXELS = 64 * 64;

/** The family for a recipe that leaves it to the data. */
export function chooseFamily(outline: DataOutline, recipe: Pick<Recipe, 'layers' | 'window'>): ChosenFamily {
  const { task, rows, kinds } = outline;
  if (recipe.layers) return { family: 'layers', reason: 'the recipe brings its own layers' };
  if (task === 'anomaly') return { family: 'autoencoder', reason: 'anomalies are to be found' };
  if (recipe.window) return { family: 'sensor-cnn', reason: 'it reads windows of number columns' };
  const present = [...new Set(kinds.map(modalityOf))];
  if (present.length > 1) return { family: 'fusion', reason: `it reads ${present.join(', ')} together` };
  const [only] = present;
  if (only === 'images') return imageFamily(outline.pixels ?? 0);
  if (only !== 'texts') return tableFamily(outline);
  if (rows < MANY_TEXTS) return { family: 'text-linear', reason: `it reads texts, and ${rows} rows are few` };
  return { family: 'text-cnn-lstm', reason: `it reads texts, and ${rows} rows are many` };
}

type Modality = 'a table' | 'texts' | 'images';

function modalityOf(kind: ColumnKind): Modality {
  if (kind === 'text') return 'texts';
  return kind === 'image' ? 'images' : 'a table';
}

function imageFamily(pixels: number): ChosenFamily {
  if (pixels > MANY_PIXELS)
    return { family: 'mobile-cnn', reason: `it reads images of ${pixels} pixels, which are many` };
  return { family: 'cnn', reason: `it reads images of ${pixels} pixels` };
}

function tableFamily({ task, rows, kinds }: DataOutline): ChosenFamily {
  if (rows >= Math.max(FEW_ROWS, FEW_ROWS_PER_COLUMN * kinds.length)) {
    return { family: 'mlp', reason: `it reads a table of ${rows} rows` };
  }
  const family = task === 'regression' ? 'linear' : 'logistic';
  return { family, reason: `it reads a table, and ${rows} rows are few for ${kinds.length} columns` };
}
