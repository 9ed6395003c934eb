import { z } from 'zod';

/** What two models are compared by: the share of rows that is right, or the share of the variance that is told. */
const COMPARED_FIGURES = ['accuracy', 'r2'] as const;
export type ComparedFigure = (typeof COMPARED_FIGURES)[number];

/** Two models on the same rows. */
export interface Comparison {
  readonly figure: ComparedFigure;
  readonly rows: number;
  /** The figure of the champion. */
  readonly champion: number;
  readonly challenger: number;
  /** Rows that only the champion got right; of numbers those where it is nearer. */
  readonly onlyChampion: number;
  readonly onlyChallenger: number;
  /** How often chance makes so large a difference, two-sided. */
  readonly pValue: number;
}

/** Whether the challenger is better, with reasons. */
export interface ComparisonVerdict extends Pick<Comparison, 'figure' | 'rows' | 'champion' | 'challenger'> {
  readonly accepted: boolean;
  readonly reasons: readonly string[];
}

type Figures = Pick<Comparison, 'figure' | 'champion' | 'challenger'>;

/** As older hubs and workers, which knew only accuracies, wrote them. */
export interface OldFigures {
  readonly championAccuracy: number;
  readonly challengerAccuracy: number;
}

const counts = { rows: z.int(), onlyChampion: z.int(), onlyChallenger: z.int(), pValue: z.number() };

/** Checks a `Comparison` that comes from a worker. */
export const ComparisonSchema = z
  .union([
    z.object({ ...counts, figure: z.enum(COMPARED_FIGURES), champion: z.number(), challenger: z.number() }),
    z.object({ ...counts, championAccuracy: z.number(), challengerAccuracy: z.number() }),
  ])
  .transform(({ rows, onlyChampion, onlyChallenger, pValue, ...figures }): Comparison => {
    return { ...comparedFigures(figures), rows, onlyChampion, onlyChallenger, pValue };
  });

/** Both figures with what they are. */
export function comparedFigures(kept: Figures | OldFigures): Figures {
  if (!('championAccuracy' in kept)) return kept;
  return { figure: 'accuracy', champion: kept.championAccuracy, challenger: kept.challengerAccuracy };
}
