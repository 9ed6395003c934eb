/**
 * What an input of a model takes. Of a kind with several columns there is one input, with one entry per column; a text
 * or an image is an input of its own.
 */
export type InputKind = 'numbers' | 'categories' | 'times' | 'text' | 'image' | 'window';

/** One input of a model, and the columns of a data set it takes its values from. */
export interface ModelInputSpec {
  /** Name of the graph's input. */
  readonly name: string;
  readonly kind: InputKind;
  /** In the order of the tensor's last dimension; of texts and images the only one. */
  readonly columns: readonly string[];
  /**
   * Shape of one row. Numbers, categories, times: [columns]. Text: [1]. Window: [readings, columns]. Image: [height,
   * width, channels], with -1 for a height and width that are open.
   */
  readonly dims: readonly number[];
}

/** float32, NaN where missing: numbers and windows. float64 in Unix seconds, NaN where missing: times. */
type NumberValues = Float32Array | Float64Array;

/** The rows of one input. */
export interface InputRows {
  readonly spec: ModelInputSpec;
  /** Shape of one row as it lies here; differs from the spec's where that leaves sizes open. */
  readonly dims: readonly number[];
  /**
   * Row-major, rows first. Categories and texts are strings, '' where missing; images are bytes, all 0 where missing.
   */
  readonly values: NumberValues | Uint8Array | readonly string[];
}

/** Classes of a model that finds anomalies. */
export const ANOMALY_CLASSES: readonly [string, string] = ['normal', 'anomaly'];

/** Classes of a row, or of whether it is an anomaly: 'normal', 'anomaly'. */
export interface ClassTarget {
  readonly kind: 'classes';
  readonly classes: readonly string[];
  /** Shape [rows]: place of the true class in `classes`. */
  readonly labels: Int32Array;
}

/** A number to tell for every row. */
export interface NumberTarget {
  readonly kind: 'number';
  readonly column: string;
  /** Shape [rows]. */
  readonly values: Float32Array;
}

export type Target = ClassTarget | NumberTarget;

/** Rows of a data set as a model takes them: raw values by input, and what it shall say. */
export interface ModelRows {
  readonly rows: number;
  readonly inputs: readonly InputRows[];
  readonly target: Target;
}

/** What a model says about rows. */
export type ModelPredictions = ClassPredictions | NumberPredictions;

export interface ClassPredictions {
  readonly kind: 'classes';
  readonly rows: number;
  /** Shape [rows, classes], row-major. */
  readonly probabilities: Float32Array;
  /** Shape [rows]. */
  readonly classIndex: Int32Array;
  /** Shape [rows]; models of anomalies: the higher, the stranger. */
  readonly scores?: Float32Array;
}

export interface NumberPredictions {
  readonly kind: 'number';
  readonly rows: number;
  /** Shape [rows]. */
  readonly values: Float32Array;
}
