import type { Device, ReportedSlot } from '../api/queries.ts';
import type { Tone } from '../elements/tone.ts';

type Problem = NonNullable<ReportedSlot['problem']>;

/** One slot of one device: what it should run beside what it says it runs. */
export interface FleetRow {
  readonly device: Device;
  /** null when the device has no slot yet. */
  readonly slot: string | null;
  readonly phase: string | null;
  readonly running: { readonly model: string; readonly version: number; readonly variant: string } | null;
  readonly wanted: { readonly model: string; readonly version: number } | null;
  readonly problem: Pick<Problem, 'code' | 'message'> | null;
  /** Supervisor and runner together; null while nothing is reported. */
  readonly rssBytes: number | null;
}

/** Rows of the fleet table, by device and slot. */
export function fleetRows(devices: readonly Device[]): readonly FleetRow[] {
  return devices.flatMap((device) => {
    const slots = [...new Set([...(device.reported?.slots ?? []), ...device.desired].map(({ slot }) => slot))].sort();
    return slots.length === 0 ? [rowOf(device, null)] : slots.map((slot) => rowOf(device, slot));
  });
}

function rowOf(device: Device, slot: string | null): FleetRow {
  const reported = device.reported?.slots.find((one) => one.slot === slot);
  const desired = device.desired.find((one) => one.slot === slot);
  return {
    device,
    slot,
    phase: reported?.phase ?? null,
    running: reported?.running ?? null,
    wanted: desired ?? null,
    problem: reported?.problem ?? device.reported?.problems.at(-1) ?? null,
    rssBytes: rssOf(device, reported),
  };
}

function rssOf(device: Device, slot: ReportedSlot | undefined): number | null {
  const parts = [device.reported?.supervisor?.rssBytes, slot?.runner?.rssBytes].filter((bytes) => bytes !== undefined);
  return parts.length === 0 ? null : parts.reduce((total, bytes) => total + bytes, 0);
}

/** Whether the slot runs what it should. */
export function isAsWanted({ running, wanted }: FleetRow): boolean {
  return wanted === null || (running?.model === wanted.model && running.version === wanted.version);
}

const PHASE_TONES: Readonly<Record<string, Tone>> = {
  running: 'good',
  idle: 'plain',
  refused: 'bad',
  'rolling-back': 'warn',
};

export function phaseTone(phase: string): Tone {
  return (Object.hasOwn(PHASE_TONES, phase) ? PHASE_TONES[phase] : undefined) ?? 'busy';
}

export type Presence = 'online' | 'offline' | 'revoked' | 'never seen';

export function presenceOf({ online, revokedMs, lastSeenMs }: Device): Presence {
  if (revokedMs !== null) return 'revoked';
  if (online) return 'online';
  return lastSeenMs === null ? 'never seen' : 'offline';
}

export const PRESENCE_TONES: Readonly<Record<Presence, Tone>> = {
  online: 'good',
  offline: 'warn',
  revoked: 'bad',
  'never seen': 'plain',
};
