import { expect, it } from 'vitest';
import type { BenchCase } from './bench-case.ts';
import { runCase } from './run-case.ts';

function caseOf(better: 'higher' | 'lower', ours: number[], theirs: number[]): BenchCase & { closed: number } {
  const sample = (figure: number | undefined) =>
    Promise.resolve({ figure: figure ?? Number.NaN, cpuSeconds: 1, wallSeconds: 1 });
  return {
    bench: 'ingest',
    name: 'json',
    peer: 'json',
    unit: 'samples/s',
    better,
    closed: 0,
    ours: () => sample(ours.shift()),
    theirs: () => sample(theirs.shift()),
    async close() {
      this.closed++;
    },
  };
}

it('takes the medians of the rounds after the warm-up', async () => {
  const result = await runCase(caseOf('higher', [1, 30, 10, 20], [999, 5, 4, 6]), 3);
  expect(result).toMatchObject({ ours: 20, theirs: 5, ratio: 4, rounds: 3 });
});

it('gives a ratio above 1 when a lower figure is better', async () => {
  const result = await runCase(caseOf('lower', [1, 10, 10], [1, 20, 20]), 2);
  expect(result.ratio).toBe(2);
});

it('closes the case when a round fails', async () => {
  const failing = caseOf('higher', [1], [1]);
  failing.theirs = () => Promise.reject(new Error('peer is gone'));
  await expect(runCase(failing)).rejects.toThrow('peer is gone');
  expect(failing.closed).toBe(1);
});
