import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Device, devicesQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { ProblemText } from '../elements/problem-text.tsx';
import { useNow } from '../elements/use-now.ts';
import { counted, versionName } from '../format/names.ts';
import { formatBytes, formatLatency, formatPercent, NO_FIGURE } from '../format/numbers.ts';
import type { MergedFigures } from '../monitoring/merged-figures.ts';
import { useSession } from '../session/session-context.ts';
import { ENROLL_COMMANDS } from './enroll-commands.ts';
import { type FleetRow, fleetRows, isAsWanted } from './fleet-row.ts';
import { Phase, Presence } from './fleet-words.tsx';
import { useLatestFigures } from './use-latest-figures.ts';

/** All devices: what they run, what they should run, how they do. */
export function FleetPage() {
  const { hub } = useSession();
  const query = useQuery(devicesQuery(hub));
  const online = query.data?.filter((device) => device.online).length ?? 0;
  return (
    <>
      <PageHead title="Fleet">
        {query.data ? (
          <span className="muted">
            {counted(query.data.length, 'device')}, {online} online
          </span>
        ) : null}
      </PageHead>
      <Answer query={query} what="its devices">
        {(devices) =>
          devices.length === 0 ? (
            <EmptyNotice command={ENROLL_COMMANDS}>
              No device is enrolled yet. Make a one-time token here, then enrol the device with it:
            </EmptyNotice>
          ) : (
            <FleetTable devices={devices} />
          )
        }
      </Answer>
    </>
  );
}

function FleetTable({ devices }: { devices: readonly Device[] }) {
  const figuresOf = useLatestFigures(devices);
  const nowMs = useNow(5_000);
  const columns = [
    ...standingColumns(nowMs),
    ...figureColumns(({ running, device }) => (running ? figuresOf(running.model, device.id) : undefined)),
  ];
  return (
    <DataTable
      caption="Devices and their slots"
      columns={columns}
      rows={fleetRows(devices)}
      rowKey={({ device, slot }) => `${device.id} ${slot}`}
    />
  );
}

function standingColumns(nowMs: number): Column<FleetRow>[] {
  return [
    {
      head: 'Device and profile',
      cell: ({ device }) => (
        <>
          <Link className="nowrap" to="/fleet/$device" params={{ device: device.id }}>
            {device.id}
          </Link>
          <div className="muted small nowrap" title={device.profileReason}>
            {device.profile}
          </div>
        </>
      ),
    },
    { head: 'Standing', cell: ({ device }) => <Presence device={device} nowMs={nowMs} /> },
    { head: 'Slot', cell: ({ slot }) => slot ?? NO_FIGURE },
    {
      head: 'Runs',
      cell: ({ running }) =>
        running ? (
          <>
            <span className="nowrap">{versionName(running.model, running.version)}</span>
            <div className="muted small nowrap">{running.variant}</div>
          </>
        ) : (
          'nothing'
        ),
    },
    {
      head: 'Should run',
      cell: (row) => {
        if (row.wanted === null) return <span className="muted">nothing asked</span>;
        const name = versionName(row.wanted.model, row.wanted.version);
        return isAsWanted(row) ? <span className="muted">{name}</span> : <strong>{name}</strong>;
      },
    },
    { head: 'Phase', cell: ({ phase }) => <Phase phase={phase} /> },
  ];
}

function figureColumns(figuresOf: (row: FleetRow) => MergedFigures | undefined): Column<FleetRow>[] {
  return [
    {
      head: 'Accuracy',
      align: 'right',
      cell: (row) => {
        const figures = figuresOf(row);
        if (figures?.trueAccuracy != null) return formatPercent(figures.trueAccuracy);
        if (figures?.estimatedAccuracy == null) return NO_FIGURE;
        return <span title="estimated from confidences; no labels">≈ {formatPercent(figures.estimatedAccuracy)}</span>;
      },
    },
    { head: 'p95', align: 'right', cell: (row) => formatLatency(figuresOf(row)?.worstP95Ms) },
    { head: 'RSS', align: 'right', cell: ({ rssBytes }) => formatBytes(rssBytes) },
    { head: 'Problem', cell: ({ problem }) => <ProblemText problem={problem} /> },
  ];
}
