import type { AlertRecord } from '@edgeloop/hub';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { hubAnswer } from '../api/hub-answer.ts';
import { alertsQuery } from '../api/queries.ts';
import { ActionButton } from '../elements/action-button.tsx';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Panel } from '../elements/panel.tsx';
import { formatDate } from '../format/times.ts';
import { mayOperate, useSession } from '../session/session-context.ts';

/** Alerts of a model, newest first. */
export function AlertsPanel({ model }: { model: string }) {
  const { hub } = useSession();
  const query = useQuery(alertsQuery(hub));
  return (
    <Panel title="Alerts">
      <Answer query={query} what="its alerts">
        {(all) => {
          const alerts = all.filter((alert) => alert.model === model);
          if (alerts.length === 0) {
            return (
              <EmptyNotice>
                No alert so far. One is opened when several drift checks in a row say that the data has moved.
              </EmptyNotice>
            );
          }
          return (
            <ul className="cards">
              {alerts.map((alert) => (
                <AlertCard key={alert.id} alert={alert} />
              ))}
            </ul>
          );
        }}
      </Answer>
    </Panel>
  );
}

function AlertCard({ alert }: { alert: AlertRecord }) {
  const isOpen = alert.state === 'open';
  return (
    <li className="card">
      <div className="card-head">
        <Badge tone={isOpen ? 'bad' : 'good'}>{alert.state}</Badge>
        <strong>
          {alert.kind} on v{alert.version}
        </strong>
        <span className="muted small">{formatDate(alert.openedMs)}</span>
        {isOpen ? <Resolve alert={alert} /> : null}
      </div>
      <p>{alert.message}</p>
      {alert.resolution ? (
        <p className="muted small">
          {alert.resolution}, {formatDate(alert.resolvedMs)}
        </p>
      ) : null}
    </li>
  );
}

function Resolve({ alert }: { alert: AlertRecord }) {
  const { hub, role } = useSession();
  const client = useQueryClient();
  if (!mayOperate(role)) return null;
  return (
    <ActionButton
      label="Resolve"
      question="Does this alert need nothing more?"
      consequence="It is closed in your name. If the data keeps drifting, a new alert is opened."
      run={async () => {
        await hubAnswer(hub.alerts[':id'].resolve.$post({ param: { id: alert.id } }));
        await client.invalidateQueries({ queryKey: alertsQuery(hub).queryKey });
      }}
    />
  );
}
