import type { Metrics } from '../store/model-store.ts';
import type { QuantizationGoals } from '../store/recipe.ts';
import type { Latency } from './measure-latency.ts';

/** What was measured of one form of a model. */
export interface MeasuredForm {
  readonly sizeBytes: number;
  readonly metrics: Metrics;
  readonly latency: Latency;
}

/** Below this share of the time the other form counts as equally fast: timers and machines are not finer. */
const SAME_SPEED = 0.05;

/** A larger loss of macro F1 is told. */
const NOTABLE_F1_DROP = 0.02;

/** How far the accuracy of a smaller form may lie below float's, in shares of 1. */
export function allowedDrop(float: Metrics, goals: QuantizationGoals): number {
  return Math.min(goals.maxAccuracyDrop, goals.maxRelativeDrop * float.accuracy);
}

/** Whether a smaller form keeps its accuracy. */
export function keepsAccuracy(form: Metrics, float: Metrics, goals: QuantizationGoals): boolean {
  // Shares of whole rows: a drop of exactly what is allowed must not fail on rounding.
  return float.accuracy - form.accuracy <= allowedDrop(float, goals) + 1e-9;
}

/** Accepts a smaller form that keeps its accuracy and is smaller; its speed is told, whatever it is. */
export function judgeVariant(
  form: MeasuredForm,
  float: MeasuredForm,
  goals: QuantizationGoals,
): { accepted: boolean; reasons: string[] } {
  const isAccurate = keepsAccuracy(form.metrics, float.metrics, goals);
  const isSmaller = form.sizeBytes < float.sizeBytes;
  const drop = 100 * (float.metrics.accuracy - form.metrics.accuracy);
  const allowed = 100 * allowedDrop(float.metrics, goals);
  return {
    accepted: isAccurate && isSmaller,
    reasons: [
      `${met(isAccurate)}: accuracy ${percent(form.metrics.accuracy)} against ${percent(float.metrics.accuracy)} of float32 on ${form.metrics.rows} held-out rows, a ${drop < 0 ? 'gain' : 'drop'} of ${Math.abs(drop).toFixed(2)} points with a drop of ${allowed.toFixed(2)} allowed`,
      `${met(isSmaller)}: ${form.sizeBytes} bytes against ${float.sizeBytes} of float32 (${(form.sizeBytes / float.sizeBytes).toFixed(2)} x)`,
      speedSentence(form.latency, float.latency),
      ...rareClassSentence(form.metrics, float.metrics),
    ],
  };
}

function speedSentence(form: Latency, float: Latency): string {
  const figures = `${form.p50Ms.toFixed(4)} ms a row against ${float.p50Ms.toFixed(4)} ms of float32 on one thread of this worker`;
  const share = float.p50Ms === 0 ? 1 : form.p50Ms / float.p50Ms;
  if (share > 1 + SAME_SPEED) return `noted: slower than float32, ${figures}`;
  return share < 1 - SAME_SPEED ? `noted: faster than float32, ${figures}` : `noted: as fast as float32, ${figures}`;
}

/** Accuracy hardly shows what becomes of classes with few rows; the mean over the classes does. */
function rareClassSentence(form: Metrics, float: Metrics): string[] {
  if (float.macroF1 - form.macroF1 <= NOTABLE_F1_DROP) return [];
  return [`noted: rare classes suffer, macro F1 ${percent(form.macroF1)} against ${percent(float.macroF1)} of float32`];
}

function met(isMet: boolean): string {
  return isMet ? 'met' : 'not met';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
