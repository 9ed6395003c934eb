import { expect, test } from 'vitest';
import { insideNodes } from './inside-nodes.ts';

test('layers in the graphs of other nodes are counted by their operators, others are not told', () => {
  const inside = (operator: string) => ({ operator, reason: 'inside-node' as const });
  const kept = [inside('LSTM'), inside('Conv'), { operator: 'Gemm', reason: 'transposed' as const }, inside('Conv')];
  expect(insideNodes(kept)).toBe(': 1 LSTM, 2 Conv in graphs of an If, Loop or Scan, which stay as they are');
  expect(insideNodes(kept.slice(2, 3))).toBe('');
});
