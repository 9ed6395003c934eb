import type { Violation } from '@edgeloop/protocol';

/** Value of one field; undefined and null mean missing. */
export type FieldValue = number | string | null | undefined;

/** A value of JSON as a field: a truth is the text that the hub imports it as. Undefined for what is none. */
export function fieldOf(value: unknown): Exclude<FieldValue, undefined> | undefined {
  if (typeof value === 'boolean') return String(value);
  return value === null || typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/** The true class that a field tells, without blanks around it, as the hub names classes; undefined for none. */
export function labelOf(value: FieldValue): string | undefined {
  const label = String(value ?? '').trim();
  return label === '' ? undefined : label;
}

/** One row of a tensor. */
export interface TensorRow {
  /** Shape, without the batch. */
  readonly dims: readonly number[];
  /** Row-major; NaN and '' where missing. */
  readonly values: ArrayLike<number> | readonly string[];
}

/** What a source delivers: the inputs of one prediction. */
export interface Reading {
  readonly atMs: number;
  /** Values by name of the feature. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Row of each model input that was given as a tensor, by name of the input; takes the place of its features. */
  readonly tensors?: Readonly<Record<string, TensorRow>> | undefined;
  /** Known true class, where the source has it. */
  readonly label?: string | undefined;
  /** Where the source stands after this reading, for sources that can continue there. */
  readonly position?: unknown;
}

/** What the model said about one reading. */
export interface Prediction {
  readonly id: string;
  readonly atMs: number;
  readonly slot: string;
  readonly model: string;
  readonly version: number;
  /** Name of the class, or the number of a model that does not classify, as text. */
  readonly predicted: string;
  /** Undefined for a model that does not classify. */
  readonly classIndex?: number | undefined;
  /** Probability of the predicted class, 0 to 1. */
  readonly confidence?: number | undefined;
  /** How strange the reading is, for a model of anomalies: the higher, the stranger. */
  readonly score?: number | undefined;
  /** Row of each output, by name. */
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
}

/** Why there is no prediction for a reading. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Feature or input that does not fit, where it is one. */
  readonly field?: string | undefined;
}

/** What became of one reading. */
export type Outcome = (
  | { readonly prediction: Prediction; readonly failure?: undefined }
  | { readonly prediction?: undefined; readonly failure: Failure }
) & {
  /** Values that the signature does not expect; a reading may have a prediction nonetheless. */
  readonly violations?: readonly Violation[] | undefined;
};
