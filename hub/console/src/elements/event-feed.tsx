import type { HubEvent } from '../api/queries.ts';
import { formatClock, formatDate } from '../format/times.ts';

/** Events, newest on top. */
export function EventFeed({ events }: { events: readonly HubEvent[] }) {
  return (
    <ol className="feed" aria-label="Events, newest first">
      {events.toReversed().map((event) => (
        <li key={event.id} className={`feed-item level-${event.level}`}>
          <time dateTime={new Date(event.atMs).toISOString()} title={formatDate(event.atMs)}>
            {formatClock(event.atMs)}
          </time>
          <div>
            <span className="feed-kind">{event.kind}</span>
            {event.level === 'info' ? null : <span className={`feed-level level-${event.level}`}>{event.level}</span>}
            {event.code ? <code className="code">{event.code}</code> : null}
            <p>{event.message}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
