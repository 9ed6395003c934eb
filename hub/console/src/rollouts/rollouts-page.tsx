import type { RolloutRecord } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rolloutsQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { stateWord, versionName } from '../format/names.ts';
import { NO_FIGURE } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { useSession } from '../session/session-context.ts';
import { ROLLOUT_TONES, sharesText, waveText } from './rollout-words.ts';

const COLUMNS: readonly Column<RolloutRecord>[] = [
  {
    head: 'Rollout',
    cell: ({ id, model, version }) => (
      <Link to="/rollouts/$rollout" params={{ rollout: id }}>
        {versionName(model, version)}
      </Link>
    ),
  },
  { head: 'State', cell: ({ state }) => <Badge tone={ROLLOUT_TONES[state]}>{stateWord(state)}</Badge> },
  { head: 'Progress', cell: (rollout) => waveText(rollout) },
  { head: 'Waves', cell: ({ plan }) => sharesText(plan.waves) },
  { head: 'Asked for by', cell: ({ cause }) => (cause.kind === 'retraining' ? 'a retraining' : cause.ref) },
  { head: 'Reason', cell: ({ reason }) => reason ?? NO_FIGURE },
  { head: 'Started', cell: ({ createdMs }) => <span className="nowrap">{formatDate(createdMs)}</span> },
];

/** All rollouts, newest first. */
export function RolloutsPage() {
  const { hub } = useSession();
  const query = useQuery(rolloutsQuery(hub));
  return (
    <>
      <PageHead title="Rollouts" />
      <Answer query={query} what="its rollouts">
        {(rollouts) =>
          rollouts.length === 0 ? (
            <EmptyNotice command="edgeloop rollouts start MODEL@VERSION --wait">
              Nothing has been rolled out yet. Open a version under Models and roll it out, or run:
            </EmptyNotice>
          ) : (
            <DataTable caption="Rollouts, newest first" columns={COLUMNS} rows={rollouts} rowKey={({ id }) => id} />
          )
        }
      </Answer>
    </>
  );
}
