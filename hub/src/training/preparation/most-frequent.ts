/** Words that are there often enough, the most frequent first; those that are there equally often by code unit. */
export function mostFrequent(counts: ReadonlyMap<string, number>, minCount: number, most: number): string[] {
  return [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
