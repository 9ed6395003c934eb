import type { ClassFigures, Metrics } from '../store/metrics/metrics.ts';
import { printable } from './printable.ts';
import { decimals, percent } from './words.ts';

const MAX_CLASSES = 12;

/** What a version is judged by, in a few words: "accuracy 98.20 %". */
export function qualityText(metrics: Metrics | null | undefined): string | null {
  if (!metrics) return null;
  if (metrics.task === 'regression') return `R2 ${decimals(metrics.r2, 4)}`;
  if (metrics.task === 'anomaly' && metrics.rocAuc !== null) return `ROC-AUC ${percent(metrics.rocAuc)}`;
  return `accuracy ${percent(metrics.accuracy)}`;
}

/** What the one figure hides: rare classes, false alarms, the size of errors. */
export function secondFigureText(metrics: Metrics | null | undefined): string | null {
  if (!metrics) return null;
  if (metrics.task === 'regression') return `RMSE ${metrics.rmse.toPrecision(4)}`;
  return metrics.task === 'anomaly' && metrics.rocAuc !== null
    ? `accuracy ${percent(metrics.accuracy)}`
    : `balanced ${percent(metrics.balancedAccuracy)}`;
}

/** The figures of a model, for `renderFields`. */
export function metricsFields(metrics: Metrics, classes: readonly string[]): Record<string, string> {
  const on = `on ${metrics.rows} held-out rows`;
  if (metrics.task === 'regression') {
    const { r2, r2Low, r2High, rmse, mae } = metrics;
    return {
      R2: `${r2.toFixed(4)} ${on}, 95 % sure of ${r2Low.toFixed(4)} to ${r2High.toFixed(4)}`,
      error: `${rmse.toPrecision(4)} root mean square, ${mae.toPrecision(4)} mean absolute`,
    };
  }
  const { accuracy, balancedAccuracy, macroF1, rocAuc, rocAucLow, rocAucHigh, perClass } = metrics;
  const interval = rocAucLow === null ? '' : `, 95 % sure of ${percent(rocAucLow)} to ${percent(rocAucHigh)}`;
  return {
    accuracy: `${percent(accuracy)} ${on}`,
    'balanced accuracy': `${percent(balancedAccuracy)}, the mean over the classes`,
    'macro F1': percent(macroF1) ?? '',
    ...(rocAuc === null ? {} : { 'ROC-AUC': `${percent(rocAuc)}${interval}` }),
    ...classFields(perClass, classes),
  };
}

/** Of many classes the worst; JSON has all of them. */
function classFields(perClass: readonly ClassFigures[], classes: readonly string[]): Record<string, string> {
  const named = perClass.map((figures, index) => ({ ...figures, name: classes[index] ?? String(index) }));
  const known = named.filter(({ rows }) => rows > 0);
  const shown = named.length <= MAX_CLASSES ? named : known.toSorted((a, b) => a.f1 - b.f1).slice(0, MAX_CLASSES);
  const fields = shown.map((figures) => [printable(`class ${figures.name}`), classText(figures)]);
  const left = named.length - shown.length;
  const others =
    known.length < named.length ? `${left}, with a higher F1 or without held-out rows` : `${left} with a higher F1`;
  return Object.fromEntries([...fields, ...(left === 0 ? [] : [['other classes', others]])]);
}

/** A class that no held-out row has would look as if the model never got it right. */
function classText({ rows, precision, recall, f1 }: ClassFigures): string {
  if (rows === 0) return 'not known, no held-out row has it';
  return `F1 ${percent(f1)}, precision ${percent(precision)}, recall ${percent(recall)}, ${rows} rows`;
}
