import type { LadderStep } from '@edgeloop/hub';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { Reasons } from '../elements/reasons.tsx';
import { formatBytes, formatCount, formatLatency, formatPercent, NO_FIGURE } from '../format/numbers.ts';
import { changeText, floatReasons, reachedText, timeRatio } from './quantization-words.ts';

/** Every form that was tried for a class of profiles, with what was measured of it and why it was taken or not. */
export function QuantizationSteps({
  caption,
  steps,
  floatBytes,
}: {
  caption: string;
  steps: readonly LadderStep[];
  floatBytes: number;
}) {
  const columns: readonly Column<LadderStep>[] = [
    { head: 'Rung', cell: ({ rung }) => <strong>{rung}</strong> },
    {
      head: 'Verdict',
      cell: ({ accepted }) => <Badge tone={accepted ? 'good' : 'bad'}>{accepted ? 'accepted' : 'refused'}</Badge>,
    },
    {
      head: 'Size',
      align: 'right',
      cell: ({ sizeBytes }) => (
        <Figured value={formatBytes(sizeBytes)}>
          {sizeBytes === null ? null : `${formatPercent(sizeBytes / floatBytes)} of float`}
        </Figured>
      ),
    },
    { head: 'Quality', align: 'right', cell: ({ quality }) => <Quality quality={quality} /> },
    {
      head: 'Median',
      align: 'right',
      cell: (step) => (
        <Figured value={formatLatency(step.p50Ms)}>
          {step.p50Ms === null ? null : `${timeRatio(step)} float's time`}
        </Figured>
      ),
    },
    { head: 'Reasons', cell: ({ reasons }) => (reasons.length === 0 ? NO_FIGURE : <Reasons reasons={reasons} />) },
    { head: 'In float', cell: (step) => <InFloat step={step} /> },
  ];
  return <DataTable caption={caption} columns={columns} rows={steps} rowKey={({ rung }) => rung} />;
}

function Figured({ value, children }: { value: string; children: React.ReactNode }) {
  return (
    <>
      {value}
      {children === null ? null : <div className="muted small nowrap">{children}</div>}
    </>
  );
}

function Quality({ quality }: { quality: LadderStep['quality'] }) {
  if (quality === null) return NO_FIGURE;
  const { change, sure } = changeText(quality);
  return (
    <Figured value={reachedText(quality)}>
      <span title={sure}>{change}</span>
      <br />
      {sure}
    </Figured>
  );
}

/** The nodes are many: they show when somebody asks. */
function InFloat({ step }: { step: LadderStep }) {
  if (step.inFloat.length === 0) return NO_FIGURE;
  return (
    <details>
      <summary>{step.inFloat.length === 1 ? '1 node' : `${formatCount(step.inFloat.length)} nodes`}</summary>
      <Reasons reasons={floatReasons(step).map(([reason, nodes]) => `${reason}: ${nodes.join(', ')}`)} />
    </details>
  );
}
