import { InternalError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import type { TargetSpec } from '../store/job-rows.ts';
import type { Metrics } from '../store/metrics/metrics.ts';
import type { ModelPredictions, ModelRows, Target } from '../store/model-rows.ts';
import type { QuantizationGoals } from '../store/recipe/recipe.ts';
import type { Latency } from './compare-latency.ts';
import { rowSource } from './feed-source.ts';
import { climbLadder } from './ladder/climb-ladder.ts';
import { labelled } from './yardstick/labelled.ts';

export interface QuantizeModelInput {
  readonly floatModel: Uint8Array;
  /** Rows whose activation ranges count. */
  readonly calibration: ModelRows;
  /** Held-out rows: what decides. */
  readonly test: ModelRows;
  readonly task: TargetSpec['task'];
  readonly goals: QuantizationGoals;
  readonly engine: GraphEngine;
  measure(predictions: ModelPredictions, target: Target): Metrics;
  /** With fractions of a millisecond. */
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onForm?: ((name: string) => void) | undefined;
}

/** One form of the model, with what was measured of it. */
export interface Variant extends Latency {
  readonly name: string;
  readonly model: Uint8Array;
  /** Encoded GoldenVectors. */
  readonly golden: Uint8Array;
  readonly accepted: boolean;
  readonly reasons: readonly string[];
  readonly metrics: Metrics;
}

/** The forms that the ladder finds for any device by labelled rows: smaller ones first, float32 last. */
export async function quantizeModel(input: QuantizeModelInput): Promise<readonly Variant[]> {
  const { calibration, test, task, measure, onForm, ...rest } = input;
  const { forms } = await climbLadder({
    ...rest,
    calibration: rowSource(calibration),
    yardstick: labelled({ rows: test, task, measure }),
    profiles: [],
    onStep: (rung) => onForm?.(rung),
  });
  return forms.map(({ name, model, golden, accepted, reasons, metrics, p50Ms, p95Ms }) => {
    if (metrics === undefined) throw new InternalError(`form ${name} has no figures of labelled rows`);
    return { name, model, golden, accepted, reasons, metrics, p50Ms, p95Ms };
  });
}
