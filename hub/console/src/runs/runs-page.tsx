import type { RunView } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runsQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { ProblemText } from '../elements/problem-text.tsx';
import { useNow } from '../elements/use-now.ts';
import { versionName } from '../format/names.ts';
import { NO_FIGURE } from '../format/numbers.ts';
import { formatDate, formatDuration } from '../format/times.ts';
import { useSession } from '../session/session-context.ts';
import { RunProgress } from './run-progress.tsx';
import { isRunOver } from './run-words.ts';

const columnsAt = (nowMs: number): readonly Column<RunView>[] => [
  {
    head: 'Run',
    cell: ({ id }) => (
      <Link to="/runs/$run" params={{ run: id }}>
        {id}
      </Link>
    ),
  },
  { head: 'Model', cell: ({ model }) => model },
  { head: 'State', cell: (run) => <RunProgress run={run} /> },
  { head: 'Data', cell: ({ dataset }) => versionName(dataset.name, dataset.version) },
  {
    head: 'Became',
    cell: ({ model, version }) =>
      version === null ? (
        NO_FIGURE
      ) : (
        <Link to="/models/$model/$version" params={{ model, version: String(version) }}>
          {versionName(model, version)}
        </Link>
      ),
  },
  { head: 'Asked for by', cell: ({ cause }) => (cause.kind === 'retraining' ? 'a retraining' : cause.ref) },
  { head: 'Problem', cell: ({ error }) => <ProblemText problem={error} /> },
  {
    head: 'Took',
    align: 'right',
    cell: (run) => formatDuration((isRunOver(run) ? run.updatedMs : nowMs) - run.createdMs),
  },
  { head: 'Started', cell: ({ createdMs }) => <span className="nowrap">{formatDate(createdMs)}</span> },
];

/** All training runs, newest first. */
export function RunsPage() {
  const { hub } = useSession();
  const query = useQuery(runsQuery(hub));
  const nowMs = useNow();
  return (
    <>
      <PageHead title="Runs" />
      <Answer query={query} what="its runs">
        {(runs) =>
          runs.length === 0 ? (
            <EmptyNotice
              command={
                'edgeloop datasets import FILE --name DATA --label COLUMN\nedgeloop train MODEL --dataset DATA --wait'
              }
            >
              Nothing has been trained yet. Import a table with a column to predict, then train on it:
            </EmptyNotice>
          ) : (
            <DataTable caption="Runs, newest first" columns={columnsAt(nowMs)} rows={runs} rowKey={({ id }) => id} />
          )
        }
      </Answer>
    </>
  );
}
