import type { LayerResult } from '../layer-value.ts';
import type { RecurrentCell } from './cells/recurrent-cell.ts';
import type { StepMask } from './step-mask.ts';

/** One direction of a recurrent layer over all steps. */
export interface RecurrentRun {
  readonly cell: RecurrentCell;
  /** [time, batch, ...] */
  readonly input: string;
  readonly mask: StepMask | undefined;
  /** Each [batch, ...]; undefined: zeros. */
  readonly initial: readonly string[] | undefined;
  readonly isBackwards: boolean;
  readonly needsSequence: boolean;
  /** Number of rows, int64 [1]. */
  batch(): string;
}

/** What a run gives, with names and layouts. */
export interface RecurrentResult {
  /** Outputs of all steps in the order of time; undefined where they are not needed. */
  readonly sequence: StepOutputs | undefined;
  readonly states: readonly LayerResult[];
}

export interface StepOutputs {
  readonly name: string;
  /** As in `LayerValue`; time and batch are the first two. */
  readonly axes: readonly number[];
}

/** What a run adds; names alone. */
export interface RunValues {
  /** [time, batch, ...] */
  readonly sequence: string | undefined;
  /** Each [batch, ...]. */
  readonly states: readonly string[];
  /** Whether `sequence` is [batch, time, ...] instead. */
  readonly isBatchFirst?: boolean;
}
