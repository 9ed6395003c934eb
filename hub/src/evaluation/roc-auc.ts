/**
 * Area under the ROC curve: how often a positive row has a higher score than a negative one; ties count half.
 *
 * @param positives scores of the rows that are what is looked for
 * @param negatives scores of all others
 * @returns null when either is empty
 * @see Mann and Whitney, On a test of whether one of two random variables is stochastically larger than the other,
 *   1947: U / (positives * negatives); the same as scikit-learn's roc_auc_score
 */
export function rocAuc(positives: Float32Array, negatives: Float32Array): number | null {
  if (positives.length === 0 || negatives.length === 0) return null;
  const [high, low] = [positives.toSorted(), negatives.toSorted()];
  let [below, notAbove, twiceWon] = [0, 0, 0];
  for (const score of high) {
    while (below < low.length && (low[below] ?? 0) < score) below++;
    while (notAbove < low.length && (low[notAbove] ?? 0) <= score) notAbove++;
    twiceWon += below + notAbove;
  }
  return twiceWon / (2 * high.length * low.length);
}
