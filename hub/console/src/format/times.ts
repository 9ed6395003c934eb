import { NO_FIGURE } from './numbers.ts';

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Time of day in the viewer's zone: 14:03:27. */
export function formatClock(ms: number): string {
  return CLOCK.format(ms);
}

/** Date and time in the viewer's zone. */
export function formatDate(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? NO_FIGURE : DATE.format(ms);
}

/** How long ago something was: "now", "12 s ago", "3 min ago", "2 h ago", "5 d ago". A clock ahead of ours reads as now. */
export function formatAgo(ms: number | null | undefined, nowMs: number): string {
  if (ms === null || ms === undefined) return 'never';
  const seconds = Math.floor((nowMs - ms) / 1000);
  return seconds < 2 ? 'now' : `${formatDuration(seconds * 1000)} ago`;
}

/** A span in its largest unit: "12 s", "3 min", "2 h", "5 d". */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
