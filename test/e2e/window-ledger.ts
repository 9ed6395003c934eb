import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface BootLedger {
  readonly bootId: string;
  /** Highest sequence the device was told is stored. */
  readonly acknowledged: number;
  /** Sequences stored, as ranges in order. */
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
  readonly readings: number;
}

interface BootRow {
  readonly boot_id: string;
  readonly acked_window: number;
}

interface WindowRow {
  readonly first_sequence: number;
  readonly last_sequence: number;
  readonly readings: number;
}

/** What the device believes is stored beside what is stored, read from both databases after both programs ended. */
export function windowLedger(hubFolder: string, agentFolder: string, deviceId: string): BootLedger[] {
  const agent = new Database(join(agentFolder, 'agent.db'), { readonly: true });
  const hub = new Database(join(hubFolder, 'hub.db'), { readonly: true });
  try {
    const boots = agent.prepare<[], BootRow>('select boot_id, acked_window from boots').all();
    const windows = hub.prepare<[string, string], WindowRow>(
      `select first_sequence, last_sequence, readings from telemetry_windows
       where device_id = ? and boot_id = ? order by first_sequence`,
    );
    return boots.map((boot) => {
      const rows = windows.all(deviceId, boot.boot_id);
      return {
        bootId: boot.boot_id,
        acknowledged: boot.acked_window,
        ranges: rows.map((row) => ({ first: row.first_sequence, last: row.last_sequence })),
        readings: rows.reduce((sum, row) => sum + row.readings, 0),
      };
    });
  } finally {
    agent.close();
    hub.close();
  }
}

/** Faults of a ledger: a gap, a window stored twice, or one acknowledged that is not stored. Empty when it is right. */
export function ledgerFaults(boots: readonly BootLedger[]): string[] {
  const faults: string[] = [];
  for (const { bootId, ranges, acknowledged } of boots) {
    let next = 1;
    for (const { first, last } of ranges) {
      if (first > next) faults.push(`boot ${bootId}: sequence ${next} to ${first - 1} is missing`);
      if (first < next) faults.push(`boot ${bootId}: sequence ${first} is stored twice`);
      next = last + 1;
    }
    if (acknowledged >= next) faults.push(`boot ${bootId}: ${acknowledged} is acknowledged, stored up to ${next - 1}`);
  }
  return faults;
}
