import type { Recipe } from '../../store/recipe/recipe.ts';
import type { PreparedPart } from '../preparation/preparation.ts';
import type { tf } from '../tensorflow/tensorflow.ts';

/** What a recipe says about the layers of a network. */
export type LayerSettings = Pick<
  Recipe,
  'hidden' | 'filters' | 'dropout' | 'kernelSize' | 'embedding' | 'recurrentUnits'
>;

export interface FamilyInput {
  /** What the network reads: one input each, of this name and shape. */
  readonly parts: readonly PreparedPart[];
  readonly settings: LayerSettings;
  /** Values of its output: one a class, one for a number; an autoencoder has those of its input. */
  readonly outputs: number;
}

/**
 * Makes the layers of a network, with a weight in each place and no sense in them yet.
 *
 * The same input gives the same layers with the same names.
 *
 * @throws RequestError INVALID_INPUT when it cannot read these parts
 */
export type Family = (input: FamilyInput) => tf.LayersModel;
