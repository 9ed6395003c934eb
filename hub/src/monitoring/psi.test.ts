import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { chiSquaredQuantile } from './chi-squared.ts';
import { DRIFT_PSI, histogramDrift, POSSIBLE_DRIFT_PSI } from './drift-level.ts';
import { populationStabilityIndex, psiNoiseBound } from './psi.ts';

interface DriftReference {
  readonly cases: readonly { readonly reference: number[]; readonly current: number[]; readonly psi: number }[];
  readonly quantiles: readonly { readonly degrees: number; readonly quantile: number }[];
  readonly simulated: readonly {
    readonly bins: number;
    readonly referenceRows: number;
    readonly currentRows: number;
    readonly psi999: number;
    readonly psiMean: number;
  }[];
}

/** Made by drift-reference.py with numpy and scipy. */
const TABLE: DriftReference = JSON.parse(readFileSync(new URL('drift-reference.json', import.meta.url), 'utf8'));
const NORMAL_0_999 = 3.0902;

describe('populationStabilityIndex', () => {
  test('equals the sum worked out by hand', () => {
    // (0.3 - 0.5) ln(0.3 / 0.5) + (0.7 - 0.5) ln(0.7 / 0.5) = 0.2 (ln(5/3) + ln(7/5)) = 0.2 ln(7/3)
    expect(populationStabilityIndex([50, 50], [30, 70])).toBeCloseTo(0.2 * Math.log(7 / 3), 12);
    // (0.2 - 0.1) ln 2 + (0.6 - 0.8) ln(3/4) + (0.2 - 0.1) ln 2
    expect(populationStabilityIndex([10, 80, 10], [2, 6, 2])).toBeCloseTo(0.2 * Math.LN2 + 0.2 * Math.log(4 / 3), 12);
  });

  test('counts an empty bin as the floor share', () => {
    const expected = (1 - 0.5) * Math.log(1 / 0.5) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5);
    expect(populationStabilityIndex([50, 50], [100, 0])).toBeCloseTo(expected, 12);
  });

  test('is 0 for equal shares, whatever the counts, and when there is nothing to compare', () => {
    expect(populationStabilityIndex([1, 2, 3], [100, 200, 300])).toBeCloseTo(0, 12);
    expect(populationStabilityIndex([0, 0], [1, 2])).toBe(0);
    expect(populationStabilityIndex([1, 2], [0, 0])).toBe(0);
  });

  test('equals scipy to 1e-12 over histograms of 2 to 21 bins', () => {
    for (const { reference, current, psi } of TABLE.cases) {
      expect(populationStabilityIndex(reference, current)).toBeCloseTo(psi, 12);
    }
  });

  test('refuses histograms of different bins', () => {
    try {
      populationStabilityIndex([1, 2], [1, 2, 3]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ code: 'INVALID_INPUT', message: 'expected 2 bins, got 3' });
    }
  });
});

describe('chiSquaredQuantile', () => {
  test('lies at most 3.1 % above the exact quantile, and from 20 degrees of freedom on 0.3 %', () => {
    for (const { degrees, quantile } of TABLE.quantiles) {
      const ratio = chiSquaredQuantile(degrees, NORMAL_0_999) / quantile;
      expect(ratio).toBeGreaterThan(1);
      expect(ratio).toBeLessThan(degrees >= 20 ? 1.003 : 1.031);
    }
  });
});

describe('psiNoiseBound', () => {
  test('is what 40,000 simulated histograms without drift reach once in a thousand, within 10 %', () => {
    for (const { bins, referenceRows, currentRows, psi999, psiMean } of TABLE.simulated) {
      const bound = psiNoiseBound(referenceRows, currentRows, bins);
      expect(bound / psi999).toBeGreaterThan(0.9);
      expect(bound / psi999).toBeLessThan(1.1);
      const mean = (bins - 1) * (1 / referenceRows + 1 / currentRows);
      expect(mean / psiMean).toBeGreaterThan(0.9);
      expect(mean / psiMean).toBeLessThan(1.1);
    }
  });

  test('is nothing where chance cannot move anything', () => {
    expect(psiNoiseBound(100, 100, 1)).toBe(0);
    expect(psiNoiseBound(0, 100, 5)).toBe(0);
  });
});

describe('histogramDrift', () => {
  test('does not cry wolf over a small window', () => {
    // Six readings in ten bins of ten: an index above every threshold, and nothing but chance.
    const { psi, level } = histogramDrift(Array(10).fill(1_000), [1, 2, 0, 1, 0, 1, 0, 1, 0, 0]);
    expect(psi).toBeGreaterThan(DRIFT_PSI);
    expect(level).toBe('none');
  });

  test('says possible from 0.1 and drift from 0.25 on, once there are enough readings', () => {
    const shares = (moved: number): number[] => [5_000 - moved, 5_000 + moved];
    expect(histogramDrift([5_000, 5_000], shares(1_400)).level).toBe('none');
    const possible = histogramDrift([5_000, 5_000], shares(1_700));
    expect(possible.psi).toBeGreaterThan(POSSIBLE_DRIFT_PSI);
    expect(possible.level).toBe('possible');
    expect(histogramDrift([5_000, 5_000], shares(2_500)).level).toBe('drift');
  });

  test('takes less than one in a thousand small windows of skewed histograms for drift', () => {
    const weights = Array.from({ length: 20 }, (_, bin) => 0.75 ** bin);
    const sum = weights.reduce((a, b) => a + b, 0);
    const reference = weights.map((weight) => Math.round((30_000 * weight) / sum));
    const random = new SeededRandom(7);
    let [possible, drift] = [0, 0];
    const windows = 5_000;
    for (let window = 0; window < windows; window++) {
      const { level } = histogramDrift(reference, draw(weights, sum, 300, random));
      if (level === 'drift') drift++;
      if (level !== 'none') possible++;
    }
    expect(drift / windows).toBeLessThan(0.001);
    expect(possible / windows).toBeLessThan(0.04);
  });
});

function draw(weights: readonly number[], sum: number, rows: number, random: SeededRandom): number[] {
  const counts = weights.map(() => 0);
  for (let row = 0; row < rows; row++) {
    let rest = random.next() * sum;
    const bin = weights.findIndex((weight) => {
      rest -= weight;
      return rest < 0;
    });
    counts[Math.max(bin, 0)]! += 1;
  }
  return counts;
}
