import type { GraphRunner } from '../../graph-engine.ts';
import { predictRows } from '../../predict-rows.ts';
import type { TargetSpec } from '../../store/job-rows.ts';
import { type ClassMetrics, type Metrics, quality, qualityFigure } from '../../store/metrics/metrics.ts';
import type { ModelPredictions, ModelRows, Target } from '../../store/model-rows.ts';
import type { FormQuality } from '../../store/quantization-report.ts';
import { rowSource } from '../feed-source.ts';
import { goldenRows } from '../golden/golden-rows.ts';
import { pairedDrop } from './paired-drop.ts';
import type { Demand, HeldAnswers, LoadedFloat, Standing, Yardstick } from './yardstick.ts';

export interface LabelledRows {
  readonly rows: ModelRows;
  readonly task: TargetSpec['task'];
  measure(predictions: ModelPredictions, target: Target): Metrics;
}

/** A larger loss of macro F1 is told. */
const NOTABLE_F1_DROP = 0.02;

interface Answers {
  readonly predictions: ModelPredictions;
  readonly metrics: Metrics;
}

/** Judges by rows whose truth is known. */
export function labelled({ rows, task, measure }: LabelledRows): Yardstick {
  const answersOf = async (runner: GraphRunner, atOnce: number): Promise<Answers> => {
    const predictions = await predictRows(runner, rows, task, atOnce);
    return { predictions, metrics: measure(predictions, rows.target) };
  };
  return {
    source: rowSource(rows),
    rowsAre: 'held-out rows',
    async hold({ runner, atOnce }: LoadedFloat): Promise<HeldAnswers> {
      const float = await answersOf(runner, atOnce);
      return {
        float: standing(float, float, rows.target),
        measure: async (form) => standing(await answersOf(form, atOnce), float, rows.target),
      };
    },
    golden: (form, options) => goldenRows(form, { rows, task, ...options }),
  };
}

function standing(form: Answers, float: Answers, target: Target): Standing {
  const { metrics } = form;
  return {
    quality: qualityOf(form, float, target),
    demands: demandsOf(metrics, float.metrics),
    notes: notesOf(metrics, float.metrics),
    metrics,
  };
}

function qualityOf(form: Answers, float: Answers, target: Target): FormQuality {
  const figure = qualityFigure(float.metrics);
  const value = quality(form.metrics);
  const drop = quality(float.metrics) - value;
  const interval =
    form === float
      ? { low: 0, high: 0 }
      : pairedDrop(figure, { form: form.predictions, float: float.predictions }, target);
  return {
    ...{ figure, value, drop, rows: form.metrics.rows, ...boundsOf(form.metrics, value) },
    dropLow: Math.min(drop, interval.low),
    dropHigh: Math.max(drop, interval.high),
  };
}

function boundsOf(metrics: Metrics, value: number): { readonly low: number; readonly high: number } {
  if (metrics.task === 'regression') return { low: metrics.r2Low, high: metrics.r2High };
  if (qualityFigure(metrics) === 'rocAuc')
    return { low: metrics.rocAucLow ?? value, high: metrics.rocAucHigh ?? value };
  return { low: metrics.accuracyLow, high: metrics.accuracyHigh };
}

/**
 * What a smaller form must keep. Of classes the accuracy; of anomalies too, as the threshold must still fit, and the
 * area under the ROC curve where it is known; of numbers the share of the variance that is told.
 */
function demandsOf(form: Metrics, float: Metrics): Demand[] {
  const best = { form: quality(form), float: quality(float) };
  if (form.task === 'regression' || float.task === 'regression') return [{ name: 'R2', ...best }];
  const accuracy: Demand = { name: 'accuracy', form: form.accuracy, float: float.accuracy };
  return qualityFigure(float) === 'rocAuc' ? [{ name: 'ROC-AUC', ...best }, accuracy] : [accuracy];
}

function notesOf(form: Metrics, float: Metrics): string[] {
  if (form.task !== 'regression' && float.task !== 'regression') return rareClassSentence(form, float);
  if (form.task !== 'regression' || float.task !== 'regression') return [];
  return [`usual error (RMSE) ${form.rmse.toPrecision(4)} against ${float.rmse.toPrecision(4)} of float32`];
}

/** Accuracy hardly shows what becomes of classes with few rows; the mean over the classes does. */
function rareClassSentence(form: ClassMetrics, float: ClassMetrics): string[] {
  if (float.macroF1 - form.macroF1 <= NOTABLE_F1_DROP) return [];
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  return [`rare classes suffer, macro F1 ${percent(form.macroF1)} against ${percent(float.macroF1)} of float32`];
}
