/**
 * Mean over the classes that occur of the share of their rows that is right, also called macro recall.
 *
 * Unlike accuracy it does not grow by ignoring rare classes. Without rows it is 0.
 *
 * @param confusion [true class][predicted class]
 */
export function balancedAccuracy(confusion: readonly (readonly number[])[]): number {
  const recalls = confusion.flatMap((counts, index) => {
    const rows = counts.reduce((sum, count) => sum + count, 0);
    return rows === 0 ? [] : [(counts[index] ?? 0) / rows];
  });
  return recalls.length === 0 ? 0 : recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}
