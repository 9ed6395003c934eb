/** Operators whose results may be others in every run. */
export const RANDOM_OPERATORS: ReadonlySet<string> = new Set([
  ...['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Bernoulli', 'Multinomial', 'Dropout'],
]);
