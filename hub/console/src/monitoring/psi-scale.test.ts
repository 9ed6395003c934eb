import { expect, test } from 'vitest';
import { barShare, PSI_DRIFT, PSI_POSSIBLE } from './psi-scale.ts';

test('a bar grows with the index and never leaves its track', () => {
  const shares = [0, PSI_POSSIBLE, PSI_DRIFT, 1, 100].map(barShare);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBeLessThan(1);
});
