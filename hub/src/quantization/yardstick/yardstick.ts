import type { Model } from '@edgeloop/onnx';
import type { GraphRunner } from '../../graph-engine.ts';
import type { Metrics } from '../../store/metrics/metrics.ts';
import type { FormQuality } from '../../store/quantization-report.ts';
import type { FeedSource } from '../feed-source.ts';
import type { Golden, GoldenOptions } from '../golden/golden.ts';

/** A figure that must not fall by more than is allowed; 1 is perfect. */
export interface Demand {
  readonly name: 'accuracy' | 'ROC-AUC' | 'R2' | 'agreement';
  readonly form: number;
  readonly float: number;
}

/** How good a form is, beside float32. */
export interface Standing {
  readonly quality: FormQuality;
  /** What must be kept, the figure of `quality` first. */
  readonly demands: readonly Demand[];
  /** What else somebody should know, one sentence each. */
  readonly notes: readonly string[];
  /** Agreement of float32 with itself on the same rows, below 1 where its answers are partly chance; without labels. */
  readonly selfAgreement?: number | undefined;
  /** Where there are labels. */
  readonly metrics?: Metrics | undefined;
}

/** The float form, loaded. */
export interface LoadedFloat {
  readonly model: Model;
  readonly runner: GraphRunner;
  /** Rows in one run. */
  readonly atOnce: number;
}

/** Float32's answers, and what measures other forms against them. */
export interface HeldAnswers {
  readonly float: Standing;
  /** @throws OutsideError MODEL_INVALID when the form does not run on these rows, or has other outputs */
  measure(form: GraphRunner): Promise<Standing>;
}

/** What judges a form: rows whose truth is known, or what float32 says of rows. */
export interface Yardstick {
  /** The rows that decide: never those that ranges were taken from, where there are others. */
  readonly source: FeedSource;
  /** What the rows are called in sentences: 'held-out rows'. */
  readonly rowsAre: string;
  /** Runs the float form on all rows. */
  hold(float: LoadedFloat): Promise<HeldAnswers>;
  /** Known inputs with the outputs of this form, for devices to test themselves with. */
  golden(form: GraphRunner, options: GoldenOptions): Promise<Golden>;
}
