import type { Violation } from '@edgeloop/protocol';
import type { Outcome, Reading } from '../reading.ts';

/** Where a source puts its readings. */
export interface Intake {
  /** How many readings it takes right now without falling behind. A source that can wait must not exceed it. */
  readonly room: number;
  /** Resolves with what became of the reading; never rejects. */
  take(reading: Reading): Promise<Outcome>;
  /**
   * Something came in that is not a reading, or the source cannot be read. Counted by code, and as a violation where it
   * does not fit the model's signature.
   */
  fault(code: 'SOURCE_FAILED' | 'INPUT_INVALID', message: string, violation?: Violation): void;
}

/** A Source is responsible for turning one input into readings. */
export interface Source {
  /**
   * Opens the input and begins to deliver.
   *
   * @param position where to continue, as the last reading carried it; undefined to begin at the beginning
   */
  start(intake: Intake, position: unknown): Promise<void>;
  /**
   * After it resolves, nothing more is delivered. Idempotent.
   *
   * @param graceMs how long those who are connected may take to come to an end
   */
  stop(graceMs: number): Promise<void>;
}
