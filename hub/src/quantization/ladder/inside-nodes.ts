import type { Kept } from './nodes-in-float.ts';

/** Where what a rung looks for is instead: ': 4 LSTM, 12 Conv in graphs of an If, ...', or nothing. */
export function insideNodes(kept: readonly Pick<Kept, 'operator' | 'reason'>[]): string {
  const counts = new Map<string, number>();
  for (const { operator } of kept.filter(({ reason }) => reason === 'inside-node')) {
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  const told = [...counts].map(([operator, count]) => `${count} ${operator}`).join(', ');
  return told === '' ? '' : `: ${told} in graphs of an If, Loop or Scan, which stay as they are`;
}
