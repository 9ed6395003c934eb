import type { BenchCase, BenchResult, BenchSample } from './bench-case.ts';

export const DEFAULT_ROUNDS = 5;

/** Runs both sides in turn after one warm-up round, so that a machine that slows down slows both; medians. */
export async function runCase(benchCase: BenchCase, rounds = DEFAULT_ROUNDS): Promise<BenchResult> {
  const ours: BenchSample[] = [];
  const theirs: BenchSample[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const mine = await benchCase.ours();
      const other = await benchCase.theirs();
      if (round === 0) continue;
      ours.push(mine);
      theirs.push(other);
    }
  } finally {
    await benchCase.close();
  }
  const ourFigure = medianOf(ours, (sample) => sample.figure);
  const theirFigure = medianOf(theirs, (sample) => sample.figure);
  return {
    bench: benchCase.bench,
    case: benchCase.name,
    peer: benchCase.peer,
    ours: ourFigure,
    theirs: theirFigure,
    unit: benchCase.unit,
    ratio: benchCase.better === 'higher' ? ourFigure / theirFigure : theirFigure / ourFigure,
    oursCpuSeconds: medianOf(ours, (sample) => sample.cpuSeconds),
    theirsCpuSeconds: medianOf(theirs, (sample) => sample.cpuSeconds),
    rounds,
    goalRatio: benchCase.goalRatio ?? null,
    notes: benchCase.notes?.() ?? [],
  };
}

function medianOf(samples: readonly BenchSample[], pick: (sample: BenchSample) => number): number {
  const sorted = samples.map(pick).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
