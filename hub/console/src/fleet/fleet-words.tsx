import type { Device } from '../api/queries.ts';
import { Badge } from '../elements/badge.tsx';
import { stateWord } from '../format/names.ts';
import { NO_FIGURE } from '../format/numbers.ts';
import { formatAgo } from '../format/times.ts';
import { PRESENCE_TONES, phaseTone, presenceOf } from './fleet-row.ts';

/** Whether the device is connected, and since when not. */
export function Presence({ device, nowMs }: { device: Device; nowMs: number }) {
  const presence = presenceOf(device);
  return (
    <span className="nowrap">
      <Badge tone={PRESENCE_TONES[presence]}>{presence}</Badge>
      {presence === 'offline' ? <span className="muted small"> {formatAgo(device.lastSeenMs, nowMs)}</span> : null}
    </span>
  );
}

/** The word of the device's update state machine. */
export function Phase({ phase }: { phase: string | null }) {
  return phase === null ? NO_FIGURE : <Badge tone={phaseTone(phase)}>{stateWord(phase)}</Badge>;
}
