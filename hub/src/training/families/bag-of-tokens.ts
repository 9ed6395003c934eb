import { tf } from '../tensorflow/tensorflow.ts';
import { applied, flattened, type LayerNames, type Value } from './named-layers.ts';
import type { PartInput } from './part-inputs.ts';

export interface BagOptions {
  /** Values of each token's vector. */
  readonly size: number;
  /** 'zeros': a token that training never sees says nothing. */
  readonly begin: 'zeros' | 'uniform';
}

/** The sum of the vectors of all tokens, [rows, size]; padding, id 0, adds nothing. */
export function bagOfTokens({ part, value }: PartInput, { size, begin }: BagOptions, names: LayerNames): Value {
  const [length = 1] = part.dims;
  const vectors = applied(
    tf.layers.embedding({
      name: names.next('token_vectors'),
      inputDim: part.levels?.[0] ?? 1,
      outputDim: size,
      embeddingsInitializer: begin === 'zeros' ? 'zeros' : 'randomUniform',
    }),
    value,
  );
  // Ids are whole numbers: cut off at 1 they say where there is a token.
  const isToken = applied(tf.layers.reLU({ name: names.next('is_token'), maxValue: 1 }), value);
  const mask = applied(tf.layers.reshape({ name: names.next('reshape'), targetShape: [length, 1] }), isToken);
  return flattened(applied(tf.layers.dot({ name: names.next('bag'), axes: 1 }), [mask, vectors]), names);
}
