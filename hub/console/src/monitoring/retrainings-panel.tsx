import type { RetrainingRecord } from '@edgeloop/hub';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { hubAnswer } from '../api/hub-answer.ts';
import { retrainingsQuery } from '../api/queries.ts';
import { ActionButton } from '../elements/action-button.tsx';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Panel } from '../elements/panel.tsx';
import { Reasons } from '../elements/reasons.tsx';
import { stateWord, versionName } from '../format/names.ts';
import { formatCount, NO_FIGURE } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { formatQuality, formatQualityChange } from '../models/model-quality.ts';
import { mayOperate, useSession } from '../session/session-context.ts';
import { RETRAINING_TONES } from './retraining-words.ts';

/** Retrainings of a model: champion against challenger, and the verdict. */
export function RetrainingsPanel({ model }: { model: string }) {
  const { hub, role } = useSession();
  const query = useQuery(retrainingsQuery(hub));
  return (
    <Panel title="Retrainings" actions={mayOperate(role) ? <RetrainNow model={model} /> : null}>
      <Answer query={query} what="its retrainings">
        {(all) => {
          const own = all.filter((retraining) => retraining.model === model);
          return own.length === 0 ? (
            <EmptyNotice>
              {model} has not been retrained yet. With a retraining policy the hub does so by itself after a drift
              alert.
            </EmptyNotice>
          ) : (
            <DataTable caption="Retrainings, newest first" columns={COLUMNS} rows={own} rowKey={({ id }) => id} />
          );
        }}
      </Answer>
    </Panel>
  );
}

const COLUMNS: readonly Column<RetrainingRecord>[] = [
  { head: 'Started', cell: ({ createdMs }) => <span className="nowrap">{formatDate(createdMs)}</span> },
  { head: 'State', cell: ({ state }) => <Badge tone={RETRAINING_TONES[state]}>{stateWord(state)}</Badge> },
  {
    head: 'Champion',
    cell: ({ championVersion, verdict }) => contender(championVersion, verdict, verdict?.champion),
  },
  {
    head: 'Challenger',
    cell: ({ challengerVersion, verdict }) => contender(challengerVersion, verdict, verdict?.challenger),
  },
  { head: 'Verdict', cell: ({ verdict }) => (verdict ? <Verdict verdict={verdict} /> : NO_FIGURE) },
  { head: 'Data', cell: ({ dataset }) => (dataset ? versionName(dataset.name, dataset.version) : NO_FIGURE) },
  { head: 'Steps', cell: (retraining) => <Steps retraining={retraining} /> },
  { head: 'Reason', cell: ({ reason }) => reason ?? NO_FIGURE },
];

function contender(version: number | null, verdict: RetrainingRecord['verdict'], quality: number | undefined) {
  if (version === null) return 'not made yet';
  return (
    <span className="nowrap">
      v{version}
      {verdict === null ? null : <strong> {formatQuality(verdict.figure, quality)}</strong>}
    </span>
  );
}

function Verdict({ verdict }: { verdict: NonNullable<RetrainingRecord['verdict']> }) {
  const { figure, champion, challenger } = verdict;
  return (
    <>
      <Badge tone={verdict.accepted ? 'good' : 'warn'}>{verdict.accepted ? 'challenger wins' : 'champion stays'}</Badge>{' '}
      <span className="nowrap">
        {formatQualityChange(figure, challenger - champion)} on {formatCount(verdict.rows)} rows
      </span>
      <Reasons reasons={verdict.reasons} />
    </>
  );
}

function Steps({ retraining: { runId, rolloutId } }: { retraining: RetrainingRecord }) {
  if (runId === null) return NO_FIGURE;
  return (
    <>
      <Link to="/runs/$run" params={{ run: runId }}>
        run
      </Link>
      {rolloutId === null ? null : (
        <>
          {', '}
          <Link to="/rollouts/$rollout" params={{ rollout: rolloutId }}>
            rollout
          </Link>
        </>
      )}
    </>
  );
}

function RetrainNow({ model }: { model: string }) {
  const { hub } = useSession();
  const client = useQueryClient();
  return (
    <ActionButton
      label="Retrain now"
      question={`Retrain ${model} now?`}
      consequence="A challenger is trained on the labelled samples and the old data. It replaces the champion only if it is better on the same held-out rows."
      run={async () => {
        await hubAnswer(hub.models[':name'].retrain.$post({ param: { name: model }, json: {} }));
        await client.invalidateQueries({ queryKey: retrainingsQuery(hub).queryKey });
      }}
    />
  );
}
