import type { VariantRecord } from '@edgeloop/hub';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { Reasons } from '../elements/reasons.tsx';
import { shortDigest } from '../format/names.ts';
import { formatBytes, formatLatency, formatPercent, NO_FIGURE } from '../format/numbers.ts';
import { formatQualityChange, qualityName, qualityOf, qualityText } from './model-quality.ts';
import { FLOAT_VARIANT, qualityChange, sizeShare } from './version-figures.ts';

/** The forms of a version: what each costs, and why it was accepted or refused. */
export function VersionVariants({ variants }: { variants: readonly VariantRecord[] }) {
  const columns: readonly Column<VariantRecord>[] = [
    { head: 'Variant', cell: ({ name }) => <strong>{name}</strong> },
    {
      head: 'Verdict',
      cell: ({ accepted }) => <Badge tone={accepted ? 'good' : 'bad'}>{accepted ? 'accepted' : 'refused'}</Badge>,
    },
    {
      head: 'Size',
      align: 'right',
      cell: (variant) => (
        <Compared value={formatBytes(variant.sizeBytes)} isFloat={variant.name === FLOAT_VARIANT}>
          {formatPercent(sizeShare(variant, variants))} of float
        </Compared>
      ),
    },
    {
      head: qualityName(variants.map(({ metrics }) => metrics)),
      align: 'right',
      cell: (variant) => (
        <Compared value={qualityText(variant.metrics)} isFloat={variant.name === FLOAT_VARIANT}>
          {formatQualityChange(qualityOf(variant.metrics).figure, qualityChange(variant, variants))}
        </Compared>
      ),
    },
    { head: 'Median', align: 'right', cell: ({ p50Ms }) => formatLatency(p50Ms) },
    { head: 'p95', align: 'right', cell: ({ p95Ms }) => formatLatency(p95Ms) },
    { head: 'Reasons', cell: ({ reasons }) => (reasons.length === 0 ? NO_FIGURE : <Reasons reasons={reasons} />) },
    { head: 'Digest', cell: ({ digest }) => <code title={digest}>{shortDigest(digest)}</code> },
  ];
  return <DataTable caption="Variants" columns={columns} rows={variants} rowKey={({ name }) => name} />;
}

function Compared({ value, isFloat, children }: { value: string; isFloat: boolean; children: React.ReactNode }) {
  return (
    <>
      {value}
      {isFloat ? null : <div className="muted small nowrap">{children}</div>}
    </>
  );
}
