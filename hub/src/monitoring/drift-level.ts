import type { DriftLevel } from '../store/alert-store.ts';
import { populationStabilityIndex, psiNoiseBound } from './psi.ts';

/** The thresholds of practice: below 0.1 no change, above 0.25 a major one (Siddiqi 2006; Evidently warns at 0.1). */
export const POSSIBLE_DRIFT_PSI = 0.1;
export const DRIFT_PSI = 0.25;

export interface HistogramDrift {
  readonly psi: number;
  readonly level: DriftLevel;
}

/** Compares two histograms; an index that chance alone can reach is no drift, however large it is. */
export function histogramDrift(reference: readonly number[], current: readonly number[]): HistogramDrift {
  const psi = populationStabilityIndex(reference, current);
  const bins = reference.filter((count, bin) => count > 0 || (current[bin] ?? 0) > 0).length;
  const noise = psiNoiseBound(total(reference), total(current), bins);
  if (psi <= Math.max(POSSIBLE_DRIFT_PSI, noise)) return { psi, level: 'none' };
  return { psi, level: psi > Math.max(DRIFT_PSI, noise) ? 'drift' : 'possible' };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
