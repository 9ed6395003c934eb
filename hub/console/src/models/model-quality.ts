import type { Metrics } from '@edgeloop/hub';
import { formatPercent, formatPoints, formatScore, NO_FIGURE } from '../format/numbers.ts';

/** What models of a task are judged by; 1 is perfect. */
export type QualityFigure = 'accuracy' | 'rocAuc' | 'r2';

const NAMES: Readonly<Record<QualityFigure, string>> = { accuracy: 'Accuracy', rocAuc: 'ROC-AUC', r2: 'R²' };

/** The one figure of these metrics that the hub judges by, as its quantization and its gate do. */
export function qualityOf(metrics: Metrics): { readonly figure: QualityFigure; readonly value: number } {
  if (metrics.task === 'regression') return { figure: 'r2', value: metrics.r2 };
  if (metrics.task === 'anomaly' && metrics.rocAuc !== null) return { figure: 'rocAuc', value: metrics.rocAuc };
  return { figure: 'accuracy', value: metrics.accuracy };
}

/** Head of a column that shows this figure; several figures in one column are its quality. */
export function qualityName(all: readonly (Metrics | null | undefined)[]): string {
  const figures = new Set(all.flatMap((metrics) => (metrics ? [qualityOf(metrics).figure] : [])));
  const [first] = figures;
  return first !== undefined && figures.size === 1 ? NAMES[first] : 'Quality';
}

/** 99.3 % of a share, 0.812 of R². */
export function formatQuality(figure: QualityFigure, value: number | null | undefined): string {
  return figure === 'r2' ? formatScore(value) : formatPercent(value);
}

/** A difference of two values of the figure, with its sign. */
export function formatQualityChange(figure: QualityFigure, difference: number | null | undefined): string {
  if (figure !== 'r2') return formatPoints(difference);
  if (difference === null || difference === undefined) return NO_FIGURE;
  const size = formatScore(Math.abs(difference));
  if (Number(size) === 0) return size;
  return `${difference > 0 ? '+' : '−'}${size}`;
}

/** The value alone, for a place whose name says which figure it is. */
export function qualityText(metrics: Metrics | null | undefined): string {
  if (!metrics) return NO_FIGURE;
  const { figure, value } = qualityOf(metrics);
  return formatQuality(figure, value);
}

/** Value and name, for a place where any model may stand: "99.3 % accuracy". */
export function namedQualityText(metrics: Metrics | null | undefined): string {
  if (!metrics) return NO_FIGURE;
  const { figure } = qualityOf(metrics);
  if (figure === 'accuracy') return `${qualityText(metrics)} accuracy`;
  return `${NAMES[figure]} ${qualityText(metrics)}`;
}
