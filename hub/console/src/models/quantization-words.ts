import type { FormQuality, LadderStep, ProfileClass, QuantizationReport } from '@edgeloop/hub';
import { formatPercent, formatPoints, formatSignificant, NO_FIGURE } from '../format/numbers.ts';
import { formatQuality, formatQualityChange } from './model-quality.ts';

const FIGURES: Readonly<Record<FormQuality['figure'], string>> = {
  accuracy: 'Accuracy',
  rocAuc: 'ROC-AUC',
  r2: 'R²',
  agreement: 'Agreement with float32',
};

/** What forms were judged by. */
export function figureName({ figure }: Pick<FormQuality, 'figure'>): string {
  return FIGURES[figure];
}

/** What a smaller form had to keep, in words. */
export function goalsText({ goals }: Pick<QuantizationReport, 'goals'>): string {
  const { maxAccuracyDrop, maxRelativeDrop, maxSizeShare, maxLatencyShare } = goals;
  const drops = [
    ...(maxAccuracyDrop < 1 ? [`${formatSignificant(100 * maxAccuracyDrop)} points`] : []),
    ...(maxRelativeDrop < 1 ? [`${formatSignificant(100 * maxRelativeDrop)} % of what float32 has`] : []),
  ];
  return [
    drops.length === 0 ? 'any drop' : `a drop of at most ${drops.join(' and ')}`,
    maxSizeShare === undefined ? 'smaller than float32' : `at most ${formatPercent(maxSizeShare)} of its size`,
    `at most ${formatSignificant(maxLatencyShare)} × its time`,
  ].join(', ');
}

/** The difference to float32 and where it lies for sure: "−0.50 points, 95 % sure: −0.90 to −0.10 points". */
export function changeText(quality: FormQuality | null): { readonly change: string; readonly sure: string } {
  if (quality === null) return { change: NO_FIGURE, sure: '' };
  const { figure, drop, dropLow, dropHigh } = quality;
  const changeOf = (fall: number): string =>
    figure === 'agreement' ? formatPoints(-fall) : formatQualityChange(figure, -fall);
  const [worst, best] = [changeOf(dropHigh), changeOf(dropLow)];
  return { change: changeOf(drop), sure: `95 % sure: ${worst.replace(' points', '')} to ${best}` };
}

/** What a form reached: a share, or R². */
export function reachedText({ figure, value }: Pick<FormQuality, 'figure' | 'value'>): string {
  return figure === 'agreement' ? formatPercent(value) : formatQuality(figure, value);
}

/** Time as a multiple of float32's, measured in turn with it: "0.43 ×"; of older reports that of the medians. */
export function timeRatio({
  p50Ms,
  floatP50Ms,
  latencyShare,
}: Pick<LadderStep, 'p50Ms' | 'floatP50Ms' | 'latencyShare'>): string {
  const share = latencyShare ?? (p50Ms !== null && floatP50Ms ? p50Ms / floatP50Ms : null);
  return share === null ? NO_FIGURE : `${share.toFixed(2)} ×`;
}

/** Whom a class of profiles is about. */
export function profilesText({ profiles }: Pick<ProfileClass, 'profiles'>): string {
  return profiles.length === 0 ? 'every profile' : profiles.join(', ');
}

/** Nodes that stay in float, by reason, in the order in which the reasons first come. */
export function floatReasons({
  inFloat,
}: Pick<LadderStep, 'inFloat'>): readonly (readonly [string, readonly string[]])[] {
  const byReason = new Map<string, string[]>();
  for (const { node, operator, reason } of inFloat) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), `${node} (${operator})`]);
  }
  return [...byReason];
}
