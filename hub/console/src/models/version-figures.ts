import type { VariantRecord, VersionRecord } from '@edgeloop/hub';
import { qualityOf } from './model-quality.ts';

type Variant = VersionRecord['variants'][number];

export const FLOAT_VARIANT = 'float32';

/** Names of the aliases that point at the version. */
export function aliasesOf(aliases: Readonly<Record<string, number>>, version: number): readonly string[] {
  return Object.keys(aliases)
    .filter((alias) => aliases[alias] === version)
    .sort();
}

/** The smallest accepted variant: the one most devices run. */
export function smallestAccepted({ variants }: Pick<VersionRecord, 'variants'>): Variant | undefined {
  let best: Variant | undefined;
  for (const variant of variants) {
    if (variant.accepted && (best === undefined || variant.sizeBytes < best.sizeBytes)) best = variant;
  }
  return best;
}

/** Size as a share of the float form's; null where there is no float form. */
export function sizeShare(variant: VariantRecord, variants: readonly VariantRecord[]): number | null {
  const float = variants.find(({ name }) => name === FLOAT_VARIANT);
  return float && float.sizeBytes > 0 ? variant.sizeBytes / float.sizeBytes : null;
}

/** Quality against the float form's, as a difference; null where there is no float form. */
export function qualityChange(variant: VariantRecord, variants: readonly VariantRecord[]): number | null {
  const float = variants.find(({ name }) => name === FLOAT_VARIANT);
  return float ? qualityOf(variant.metrics).value - qualityOf(float.metrics).value : null;
}

/** Right answers among the rows of each class; null for a class without rows. */
export function recallPerClass(confusion: readonly (readonly number[])[]): readonly (number | null)[] {
  return confusion.map((row, index) => {
    const rows = row.reduce((total, count) => total + count, 0);
    return rows === 0 ? null : (row[index] ?? 0) / rows;
  });
}
