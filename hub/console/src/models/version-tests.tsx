import type { VersionRecord } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { type VariantRefusal, type VariantTestSummary, variantTestsQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Panel } from '../elements/panel.tsx';
import { Reasons } from '../elements/reasons.tsx';
import { counted } from '../format/names.ts';
import { formatBytes, formatCount, formatDeviation, formatLatency, NO_FIGURE } from '../format/numbers.ts';
import { useSession } from '../session/session-context.ts';

/** How the variants of a version do on the devices, and which hardware refused which. */
export function VersionTests({ version: { model, version } }: { version: Pick<VersionRecord, 'model' | 'version'> }) {
  const { hub } = useSession();
  const query = useQuery(variantTestsQuery(hub, model, version));
  return (
    <Answer query={query} what="the tests on devices">
      {({ summary, refusals }) =>
        summary.length === 0 ? (
          <EmptyNotice command={`edgeloop rollouts start ${model}@${version}`}>
            No device has tested this version yet. Each device computes the golden vectors of a variant before the
            variant may serve. Roll it out:
          </EmptyNotice>
        ) : (
          <>
            <DataTable caption="Tests by profile and variant" columns={SUMMARY} rows={summary} rowKey={summaryKey} />
            {refusals.length === 0 ? null : (
              <Panel title="Hardware that refused">
                <DataTable caption="Hardware that refused" columns={REFUSALS} rows={refusals} rowKey={refusalKey} />
              </Panel>
            )}
          </>
        )
      }
    </Answer>
  );
}

const SUMMARY: readonly Column<VariantTestSummary>[] = [
  { head: 'Variant', cell: ({ variant }) => <strong>{variant}</strong> },
  { head: 'Profile', cell: ({ profile }) => profile },
  { head: 'Passed on', align: 'right', cell: ({ passed }) => formatCount(passed) },
  {
    head: 'Refused by',
    align: 'right',
    cell: ({ refused }) => (refused === 0 ? formatCount(0) : <Badge tone="bad">{formatCount(refused)}</Badge>),
  },
  {
    head: 'Largest deviation',
    align: 'right',
    cell: ({ largestDeviation, tolerance }) => (
      <>
        {formatDeviation(largestDeviation)}
        {tolerance === null ? null : <div className="muted small nowrap">{formatDeviation(tolerance)} allowed</div>}
      </>
    ),
  },
  { head: 'Median', align: 'right', cell: ({ p50Ms }) => formatLatency(p50Ms) },
  { head: 'p95', align: 'right', cell: ({ p95Ms }) => formatLatency(p95Ms) },
  { head: 'Memory', align: 'right', cell: ({ rssBytes }) => formatBytes(rssBytes) },
];

const REFUSALS: readonly Column<VariantRefusal>[] = [
  { head: 'Variant', cell: ({ variant }) => <strong>{variant}</strong> },
  {
    head: 'Hardware',
    cell: ({ machine, architecture }) => [machine, architecture].filter(Boolean).join(', ') || NO_FIGURE,
  },
  { head: 'CPU features', cell: ({ cpuFlags }) => cpuFlags.join(', ') || 'none named' },
  { head: 'Profile', cell: ({ profile }) => profile },
  { head: 'Devices', cell: ({ devices }) => <span title={devices.join(', ')}>{devicesText(devices)}</span> },
  { head: 'Reasons', cell: ({ reasons }) => <Reasons reasons={reasons} /> },
];

const MOST_NAMED = 3;

function devicesText(devices: readonly string[]): string {
  return devices.length <= MOST_NAMED ? devices.join(', ') : counted(devices.length, 'device');
}

function summaryKey({ profile, variant }: VariantTestSummary): string {
  return `${profile} ${variant}`;
}

function refusalKey({ profile, variant, machine, architecture, cpuFlags }: VariantRefusal): string {
  return [profile, variant, machine, architecture, ...cpuFlags].join(' ');
}
