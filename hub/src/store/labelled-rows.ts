/** Rows of a data set as a model takes them. */
export interface LabelledRows {
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly rows: number;
  /** Shape [rows, features], row-major; NaN means missing. */
  readonly values: Float32Array;
  /** Shape [rows]: place of the true class in `classes`. */
  readonly labels: Int32Array;
}

/** What a model says about rows. */
export interface Predictions {
  readonly rows: number;
  /** Shape [rows, classes], row-major. */
  readonly probabilities: Float32Array;
  /** Shape [rows]. */
  readonly classIndex: Int32Array;
}
