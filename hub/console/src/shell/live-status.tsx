import type { StreamStatus } from '../api/event-stream.ts';
import { useLive } from '../live/live-updates.tsx';

const WORDS: Readonly<Record<StreamStatus, { text: string; hint: string }>> = {
  connecting: { text: 'Connecting', hint: 'The page asks the hub for live updates.' },
  live: { text: 'Live', hint: 'Changes show as they happen.' },
  reconnecting: { text: 'Reconnecting', hint: 'The line to the hub is broken; figures may be old.' },
  refused: { text: 'No live updates', hint: 'The hub refuses this token; sign in again.' },
};

/** Whether what the page shows is up to date. */
export function LiveStatus() {
  const { status } = useLive();
  const { text, hint } = WORDS[status];
  return (
    <span className={`live live-${status}`} role="status" title={hint}>
      <span className="live-dot" aria-hidden="true" />
      {text}
    </span>
  );
}
