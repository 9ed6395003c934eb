import { tf } from '../tensorflow/tensorflow.ts';
import { bagOfTokens } from './bag-of-tokens.ts';
import type { FamilyInput } from './family.ts';
import { applied, LayerNames, type Value } from './named-layers.ts';
import { inputsOfKinds, layersModel } from './part-inputs.ts';

/**
 * A linear model over the words and n-grams of a text: one weight per token and output.
 *
 * @see Joulin et al., Bag of tricks for efficient text classification (hashed n-grams)
 */
export function textLinear({ parts, outputs }: FamilyInput): tf.LayersModel {
  const names = new LayerNames();
  const inputs = inputsOfKinds('text-linear', parts, ['tokens']);
  const bags = inputs.map((input) => bagOfTokens(input, { size: outputs, begin: 'zeros' }, names));
  return layersModel('text-linear', inputs, summed(bags, names));
}

function summed(bags: Value[], names: LayerNames): Value {
  const [first] = bags;
  if (bags.length === 1 && first !== undefined) return first;
  return applied(tf.layers.add({ name: names.next('sum') }), bags);
}
