import type { DriftCheckRecord } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { driftQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Panel } from '../elements/panel.tsx';
import { useNow } from '../elements/use-now.ts';
import { counted } from '../format/names.ts';
import { formatCount, formatPercent, formatScore } from '../format/numbers.ts';
import { formatAgo, formatClock } from '../format/times.ts';
import { useSession } from '../session/session-context.ts';
import { DRIFT_TONES } from './drift-tones.ts';
import { PsiBars } from './psi-bars.tsx';

const SHOWN_CHECKS = 12;

const COLUMNS: readonly Column<DriftCheckRecord>[] = [
  { head: 'At', cell: ({ atMs }) => formatClock(atMs) },
  { head: 'Version', cell: ({ version }) => `v${version}` },
  { head: 'Level', cell: ({ level }) => <Badge tone={DRIFT_TONES[level]}>{level}</Badge> },
  {
    head: 'Worst feature',
    cell: ({ features: [worst] }) => (worst ? `${worst.name} ${formatScore(worst.psi)}` : 'none'),
  },
  { head: 'True', align: 'right', cell: ({ trueAccuracy }) => formatPercent(trueAccuracy) },
  { head: 'Estimated', align: 'right', cell: ({ estimatedAccuracy }) => formatPercent(estimatedAccuracy) },
  { head: 'Readings', align: 'right', cell: ({ readings }) => formatCount(readings) },
];

/** The newest drift check, feature by feature. */
export function DriftPanel({ model }: { model: string }) {
  const { hub } = useSession();
  const query = useQuery(driftQuery(hub, model));
  const newest = query.data?.[0];
  return (
    <Panel title="Drift" actions={newest ? <Badge tone={DRIFT_TONES[newest.level]}>{newest.level}</Badge> : null}>
      <Answer query={query} what="the drift checks">
        {() =>
          newest === undefined ? (
            <EmptyNotice>
              Nothing has been checked yet. The hub checks as soon as devices have sent enough readings of a version.
            </EmptyNotice>
          ) : (
            <NewestCheck check={newest} />
          )
        }
      </Answer>
    </Panel>
  );
}

/** The drift checks of late, newest first; nothing before the first. */
export function DriftChecksPanel({ model }: { model: string }) {
  const { hub } = useSession();
  const { data: checks = [] } = useQuery(driftQuery(hub, model));
  if (checks.length === 0) return null;
  return (
    <Panel title="Drift checks">
      <DataTable
        caption="Drift checks, newest first"
        columns={COLUMNS}
        rows={checks.slice(0, SHOWN_CHECKS)}
        rowKey={({ atMs, version }) => `${atMs} ${version}`}
      />
    </Panel>
  );
}

function NewestCheck({ check }: { check: DriftCheckRecord }) {
  const nowMs = useNow(5_000);
  return (
    <>
      <p className="muted">
        {formatAgo(check.atMs, nowMs)}: {counted(check.readings, 'reading')} on version {check.version}
        {check.deviceIds.length === 0 ? '' : `; drift on ${check.deviceIds.join(', ')}`}.
      </p>
      <PsiBars check={check} />
    </>
  );
}
