import { RequestError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Recipe } from '../store/recipe.ts';
import { cnn } from './families/cnn.ts';
import { mlp } from './families/mlp.ts';
import { featureScaling } from './feature-scaling.ts';
import { fineTuned } from './fine-tuning/fine-tuned.ts';
import { imageScaling } from './image-scaling.ts';
import type { Network } from './network.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Images are few and alike more often than rows of a table. */
const CNN_DROPOUT = 0.25;

export interface NetworkInput {
  readonly recipe: Recipe;
  readonly train: LabelledRows;
  readonly random: SeededRandom;
  readonly engine: GraphEngine;
  /** File of the version that a recipe of family fine-tune starts from. */
  readonly base?: Uint8Array | undefined;
}

/**
 * The network of a recipe with its first weights, fitted to the rows it will learn from.
 *
 * @throws RequestError INVALID_INPUT when the recipe asks for what the base model cannot do
 */
export async function makeNetwork({ recipe, train, random, engine, base }: NetworkInput): Promise<Network> {
  const { hidden, filters, image } = recipe;
  const classes = train.classes.length;
  if (recipe.family === 'fine-tune') {
    if (base) return fineTuned({ base, recipe, train, random, engine });
    throw new RequestError('INVALID_INPUT', 'fine-tuning: expected the file of a model to start from, got none');
  }
  // The recipe's schema asks for an image with this family.
  if (recipe.family === 'cnn' && image) {
    const { dropout = CNN_DROPOUT } = recipe;
    return cnn({ image, filters, hidden, dropout, classes }, imageScaling(train), random);
  }
  return mlp({ hidden, dropout: recipe.dropout ?? 0, classes }, featureScaling(train), random);
}
