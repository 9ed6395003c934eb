/** Value of one field; undefined and null mean missing. */
export type FieldValue = number | string | null | undefined;

/** What a source delivers: the inputs of one prediction. */
export interface Reading {
  readonly atMs: number;
  /** Values by name of the feature. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Row of each model input that was given as a tensor, by name of the input; takes the place of its features. */
  readonly tensors?: Readonly<Record<string, readonly (number | string)[]>> | undefined;
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
  /** Row of each output, by name. */
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
}

/** What became of one reading. */
export type Outcome =
  | { readonly prediction: Prediction; readonly failure?: undefined }
  | { readonly prediction?: undefined; readonly failure: { readonly code: string; readonly message: string } };
