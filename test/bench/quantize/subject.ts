import type { Tensor } from '@edgeloop/onnx';

export type Feeds = Readonly<Record<string, Tensor>>;

/** The two forms of a model that are compared. */
export interface Forms {
  readonly float: Uint8Array;
  readonly smaller: Uint8Array;
  /** How the smaller one was made, for readers of the figures. */
  readonly note?: string;
}

/** A model of the bench with what both of its forms are run on. */
export interface Subject {
  /** Name of the case. */
  readonly name: string;
  /** Rows in one run. */
  readonly rows: number;
  /** Times as many rows per second as in float that the smaller form is to make. */
  readonly goalRatio: number;
  /** Largest share of the float file's bytes; undefined where the weights are not what fills it. */
  readonly goalShare?: number;
  /** Why it cannot be measured here; undefined where it can. */
  readonly skipped?: string;
  /** One batch for both sides. */
  feeds(): Promise<Feeds>;
  forms(): Promise<Forms>;
  /** Batches of float32 values for quantizers of others; undefined where there is nothing to compare with. */
  calibration?(): Promise<readonly Feeds[]>;
}
