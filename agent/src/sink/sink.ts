import type { FieldValue, Prediction } from '../reading.ts';

/** What a sink is told about one prediction. */
export interface SinkRecord {
  readonly prediction: Prediction;
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly label?: string | undefined;
}

/** A Sink is responsible for handing predictions on to whoever uses them. */
export interface Sink {
  start(): Promise<void>;
  /** Takes records in order. Does not wait for them to arrive; troubles go to the `onProblem` of its maker. */
  write(records: readonly SinkRecord[]): void;
  /** After it resolves, everything written has arrived or was reported. Idempotent. */
  stop(): Promise<void>;
}

/** The record as one line of JSON, without line end. */
export function recordLine({ prediction, values, label }: SinkRecord, withFields: boolean): string {
  const { id, atMs, slot, model, version, predicted, confidence, score, outputs } = prediction;
  return JSON.stringify({
    ...{ id, at: new Date(atMs).toISOString(), slot, model, version, predicted, confidence, score, label },
    outputs: prediction.classIndex === undefined ? outputs : undefined,
    fields: withFields ? values : undefined,
  });
}
