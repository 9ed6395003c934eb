import { type ClassMetrics, type Metrics, quality, qualityFigure } from '../store/metrics/metrics.ts';
import type { QuantizationGoals } from '../store/recipe/recipe.ts';
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

/** A figure that must not fall by more than is allowed; 1 is perfect. */
interface Demand {
  readonly name: 'accuracy' | 'ROC-AUC' | 'R2';
  readonly form: number;
  readonly float: number;
  readonly allowed: number;
}

/**
 * What a smaller form must keep. Of classes the accuracy; of anomalies too, as the threshold must still fit, and the
 * area under the ROC curve where it is known; of numbers the share of the variance that is told.
 */
function demandsOf(form: Metrics, float: Metrics, goals: QuantizationGoals): Demand[] {
  const demand = (name: Demand['name'], figures: { readonly form: number; readonly float: number }): Demand => {
    const allowed = Math.min(goals.maxAccuracyDrop, goals.maxRelativeDrop * Math.abs(figures.float));
    return { name, ...figures, allowed };
  };
  const best = { form: quality(form), float: quality(float) };
  if (form.task === 'regression' || float.task === 'regression') return [demand('R2', best)];
  const accuracy = demand('accuracy', { form: form.accuracy, float: float.accuracy });
  return qualityFigure(float) === 'rocAuc' ? [demand('ROC-AUC', best), accuracy] : [accuracy];
}

function isKept({ form, float, allowed }: Demand): boolean {
  // Shares of whole rows: a drop of exactly what is allowed must not fail on rounding.
  return float - form <= allowed + 1e-9;
}

/** Whether a smaller form is as good as it must be. */
export function keepsQuality(form: Metrics, float: Metrics, goals: QuantizationGoals): boolean {
  return demandsOf(form, float, goals).every(isKept);
}

/** Accepts a smaller form that keeps its quality and is smaller; its speed is told, whatever it is. */
export function judgeVariant(
  form: MeasuredForm,
  float: MeasuredForm,
  goals: QuantizationGoals,
): { accepted: boolean; reasons: string[] } {
  const demands = demandsOf(form.metrics, float.metrics, goals);
  const isSmaller = form.sizeBytes < float.sizeBytes;
  return {
    accepted: demands.every(isKept) && isSmaller,
    reasons: [
      ...demands.map((demand) => `${met(isKept(demand))}: ${demandSentence(demand, form.metrics.rows)}`),
      `${met(isSmaller)}: ${form.sizeBytes} bytes against ${float.sizeBytes} of float32 (${(form.sizeBytes / float.sizeBytes).toFixed(2)} x)`,
      speedSentence(form.latency, float.latency),
      ...notesOf(form.metrics, float.metrics),
    ],
  };
}

function demandSentence({ name, form, float, allowed }: Demand, rows: number): string {
  const drop = float - form;
  const change = drop < 0 ? 'gain' : 'drop';
  const rest = `of float32 on ${rows} held-out rows, a ${change} of`;
  if (name === 'R2') {
    return `${name} ${form.toFixed(4)} against ${float.toFixed(4)} ${rest} ${Math.abs(drop).toFixed(4)} with a drop of ${allowed.toFixed(4)} allowed`;
  }
  const points = (share: number): string => (100 * share).toFixed(2);
  return `${name} ${percent(form)} against ${percent(float)} ${rest} ${points(Math.abs(drop))} points with a drop of ${points(allowed)} allowed`;
}

function speedSentence(form: Latency, float: Latency): string {
  const figures = `${form.p50Ms.toFixed(4)} ms a row against ${float.p50Ms.toFixed(4)} ms of float32 on one thread of this worker`;
  const share = float.p50Ms === 0 ? 1 : form.p50Ms / float.p50Ms;
  if (share > 1 + SAME_SPEED) return `noted: slower than float32, ${figures}`;
  return share < 1 - SAME_SPEED ? `noted: faster than float32, ${figures}` : `noted: as fast as float32, ${figures}`;
}

function notesOf(form: Metrics, float: Metrics): string[] {
  if (form.task !== 'regression' && float.task !== 'regression') return rareClassSentence(form, float);
  if (form.task !== 'regression' || float.task !== 'regression') return [];
  return [`noted: usual error (RMSE) ${form.rmse.toPrecision(4)} against ${float.rmse.toPrecision(4)} of float32`];
}

/** Accuracy hardly shows what becomes of classes with few rows; the mean over the classes does. */
function rareClassSentence(form: ClassMetrics, float: ClassMetrics): string[] {
  if (float.macroF1 - form.macroF1 <= NOTABLE_F1_DROP) return [];
  return [`noted: rare classes suffer, macro F1 ${percent(form.macroF1)} against ${percent(float.macroF1)} of float32`];
}

function met(isMet: boolean): string {
  return isMet ? 'met' : 'not met';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
