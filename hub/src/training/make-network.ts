import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Recipe } from '../store/recipe.ts';
import { cnn } from './families/cnn.ts';
import { mlp } from './families/mlp.ts';
import { featureScaling } from './feature-scaling.ts';
import { imageScaling } from './image-scaling.ts';
import type { Network } from './network.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Images are few and alike more often than rows of a table. */
const CNN_DROPOUT = 0.25;

/** The network of a recipe with its first weights, fitted to the rows it will learn from. */
export function makeNetwork(recipe: Recipe, train: LabelledRows, random: SeededRandom): Network {
  const { hidden, filters, image } = recipe;
  const classes = train.classes.length;
  // The recipe's schema asks for an image with this family.
  if (recipe.family === 'cnn' && image) {
    const { dropout = CNN_DROPOUT } = recipe;
    return cnn({ image, filters, hidden, dropout, classes }, imageScaling(train), random);
  }
  return mlp({ hidden, dropout: recipe.dropout ?? 0, classes }, featureScaling(train), random);
}
