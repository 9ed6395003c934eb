import { tf } from '../tensorflow/tensorflow.ts';
import { applied, concatenated, flattened, type LayerNames, type Value } from './named-layers.ts';
import type { PartInput } from './part-inputs.ts';

/**
 * Scaled values as they are and a small vector for the code of each category column, beside each other.
 *
 * @param weights values of each vector that begin at 0, as the weights of a linear model do; by default as many as suit
 *   the column's codes
 */
export function tableBranch(inputs: readonly PartInput[], names: LayerNames, weights?: number): Value {
  return concatenated(
    inputs.flatMap((input) => (input.part.kind === 'codes' ? codeVectors(input, names, weights) : [input.value])),
    names,
  );
}

/** Values of the vector for a column with so many codes. */
function vectorSize(levels: number): number {
  return Math.max(2, Math.min(32, Math.ceil(Math.sqrt(levels))));
}

function codeVectors({ part, value }: PartInput, names: LayerNames, weights: number | undefined): Value[] {
  const { levels = [] } = part;
  return levels.map((codes, column) => {
    const embedding = tf.layers.embedding({
      name: names.next('code_vectors'),
      inputDim: codes,
      outputDim: weights ?? vectorSize(codes),
      embeddingsInitializer: weights === undefined ? 'randomUniform' : 'zeros',
    });
    return flattened(applied(embedding, columnOf(value, column, levels.length, names)), names);
  });
}

/** One column of [rows, columns], [rows, 1]. Layers can only cut images. */
function columnOf(value: Value, column: number, columns: number, names: LayerNames): Value {
  if (columns === 1) return value;
  const image = applied(tf.layers.reshape({ name: names.next('reshape'), targetShape: [columns, 1, 1] }), value);
  const cropping: [[number, number], [number, number]] = [
    [column, columns - 1 - column],
    [0, 0],
  ];
  return flattened(applied(tf.layers.cropping2D({ name: names.next('crop'), cropping }), image), names);
}
