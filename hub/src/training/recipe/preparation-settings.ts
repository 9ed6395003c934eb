import type { Family } from '../../store/recipe/families.ts';
import type { Preprocessing } from '../../store/recipe/preprocessing.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/** Families that have a vector for every word, of which a small file has few. */
const READS_WORDS: ReadonlySet<Family> = new Set(['text-cnn-lstm', 'fusion', 'layers']);
/** Families that read categories as numbers of their own. */
const READS_LEVELS: ReadonlySet<Family> = new Set(['autoencoder', 'layers']);

/** Words of a text that an LSTM reads: mails were told apart better by these than by fewer. */
const WORDS_IN_ORDER = 1_000;

/** How a recipe prepares its columns, with what the family decides where the recipe does not. */
export function preparationSettings({
  family,
  preprocessing,
}: Pick<Recipe, 'family' | 'preprocessing'>): Preprocessing {
  const { text, categories } = preprocessing;
  return {
    ...preprocessing,
    text: {
      ...text,
      tokens: text.tokens ?? (READS_WORDS.has(family) ? 'words' : 'ngrams'),
      length: text.length ?? (family === 'text-cnn-lstm' ? WORDS_IN_ORDER : undefined),
    },
    categories: { ...categories, coding: categories.coding ?? (READS_LEVELS.has(family) ? 'one-hot' : 'codes') },
  };
}
