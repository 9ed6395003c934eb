import { mergeWindows, TelemetryWindow, type UnnumberedWindow } from '@edgeloop/protocol';
import { faultPoint } from '../fault-point.ts';
import type { AgentDatabase } from './agent-database.ts';
import type { Boot } from './boot-store.ts';
import type { FrameLimits, NumberedFrame, Outbox } from './outbox.ts';

/** How many bytes of windows are kept before the oldest are merged, unless told otherwise. */
export const DEFAULT_OUTBOX_BYTES: number = 4 * 1024 * 1024;

interface Row {
  readonly id: number;
  readonly boot: number;
  readonly merge_key: string;
  readonly span: number;
  readonly first_sequence: number | null;
  readonly body: Buffer;
}

type Unsent = Omit<Row, 'body' | 'first_sequence'>;

/**
 * Keeps windows until the hub has said that it stored them.
 *
 * A window gets its sequence number in the transaction that marks it as sent, not before. So windows that never left
 * the device can be merged without leaving a gap, and those that did are never touched again: the hub may have stored
 * them, and a range that is only partly new could be counted neither way.
 */
export class WindowOutbox implements Outbox<TelemetryWindow> {
  readonly channel = 'telemetry';
  readonly #database: AgentDatabase;
  readonly #limitBytes: number;

  constructor(database: AgentDatabase, limitBytes: number = DEFAULT_OUTBOX_BYTES) {
    this.#database = database;
    this.#limitBytes = limitBytes;
  }

  /** Takes a window in, and merges older ones when the outbox is full. Call it inside a transaction. */
  add(boot: Boot, window: UnnumberedWindow): void {
    const body = TelemetryWindow.encode({ ...window, firstSequence: 0, lastSequence: 0 });
    this.#database.run(
      'insert into windows (boot, merge_key, body) values (?, ?, ?)',
      boot.ordinal,
      mergeKey(window),
      body,
    );
    while (this.sizeBytes() > this.#limitBytes && this.#mergeOnce()) faultPoint('outbox.after-merge');
  }

  /** Bytes that wait, sent or not. */
  sizeBytes(): number {
    return this.#database.one<{ n: number }>('select coalesce(sum(length(body)), 0) as n from windows')?.n ?? 0;
  }

  /** Windows that wait; a merged one counts as one. */
  count(): number {
    return this.#database.one<{ n: number }>('select count(*) as n from windows')?.n ?? 0;
  }

  nextFrame(afterId: number, limits: FrameLimits): NumberedFrame<TelemetryWindow> | undefined {
    return this.#database.atomically(() => {
      const rows = this.#takeRows(afterId, limits);
      const [first] = rows;
      if (first === undefined) return undefined;
      const boot = this.#boot(first.boot);
      let next = boot.next_window;
      const items = rows.map((row) => {
        const firstSequence = row.first_sequence ?? next;
        if (row.first_sequence === null) {
          this.#database.run('update windows set first_sequence = ? where id = ?', next, row.id);
          next += row.span;
        }
        return { ...TelemetryWindow.decode(row.body), firstSequence, lastSequence: firstSequence + row.span - 1 };
      });
      this.#database.run('update boots set next_window = ? where ordinal = ?', next, first.boot);
      faultPoint('outbox.before-number');
      return {
        bootId: boot.boot_id,
        items,
        lastId: rows.at(-1)?.id ?? afterId,
        firstSequence: items[0]?.firstSequence ?? 0,
        lastSequence: items.at(-1)?.lastSequence ?? 0,
      };
    });
  }

  acknowledge(bootId: string, upToSequence: number): number {
    return this.#database.atomically(() => {
      const ids = this.#database.all<{ id: number }>(
        `delete from windows where first_sequence + span - 1 <= ?
         and boot = (select ordinal from boots where boot_id = ?) returning id`,
        upToSequence,
        bootId,
      );
      this.#database.run(
        'update boots set acked_window = max(acked_window, ?) where boot_id = ?',
        upToSequence,
        bootId,
      );
      return ids.length;
    });
  }

  acknowledged(bootId: string): number | undefined {
    return this.#database.one<{ n: number }>('select acked_window as n from boots where boot_id = ?', bootId)?.n;
  }

  rewind(bootId: string, upToSequence: number): void {
    this.#database.atomically(() => {
      this.#database.run(
        'update windows set first_sequence = null where boot = (select ordinal from boots where boot_id = ?)',
        bootId,
      );
      this.#database.run(
        'update boots set next_window = ?, acked_window = ? where boot_id = ?',
        upToSequence + 1,
        upToSequence,
        bootId,
      );
    });
  }

  /** Consecutive rows of one boot. */
  #takeRows(afterId: number, limits: FrameLimits): Row[] {
    const rows = this.#database.all<Row>(
      'select * from windows where id > ? order by id limit ?',
      afterId,
      limits.items,
    );
    let bytes = 0;
    const end = rows.findIndex((row, index) => {
      bytes += row.body.length;
      return row.boot !== rows[0]?.boot || (index > 0 && bytes > limits.bytes);
    });
    return end === -1 ? rows : rows.slice(0, end);
  }

  #boot(ordinal: number): { readonly boot_id: string; readonly next_window: number } {
    const boot = this.#database.one<{ boot_id: string; next_window: number }>(
      'select boot_id, next_window from boots where ordinal = ?',
      ordinal,
    );
    return boot ?? { boot_id: '', next_window: 1 };
  }

  /** Merges the two neighbours that cover least, oldest first, so that resolution fades evenly. */
  #mergeOnce(): boolean {
    const unsent = this.#database.all<Unsent>(
      'select id, boot, merge_key, span from windows where first_sequence is null order by id',
    );
    const pair = leastPair(unsent, true) ?? leastPair(unsent, false);
    if (pair === undefined) return false;
    const [keep, drop] = pair;
    const merged = mergeWindows(this.#window(keep.id), this.#window(drop.id));
    this.#database.run('delete from windows where id = ?', keep.id);
    // The merged window takes the later place, so that its boot's windows stay behind those of older boots.
    this.#database.run(
      'update windows set body = ?, span = ?, boot = ? where id = ?',
      TelemetryWindow.encode({ ...merged, firstSequence: 0, lastSequence: 0 }),
      keep.span + drop.span,
      drop.boot,
      drop.id,
    );
    return true;
  }

  #window(id: number): TelemetryWindow {
    const row = this.#database.one<{ body: Buffer }>('select body from windows where id = ?', id);
    return TelemetryWindow.decode(row?.body ?? new Uint8Array());
  }
}

function leastPair(unsent: readonly Unsent[], withinBoot: boolean): readonly [Unsent, Unsent] | undefined {
  const latest = new Map<string, Unsent>();
  let best: readonly [Unsent, Unsent] | undefined;
  for (const row of unsent) {
    const key = withinBoot ? `${row.boot} ${row.merge_key}` : row.merge_key;
    const before = latest.get(key);
    if (before !== undefined && (best === undefined || before.span + row.span < best[0].span + best[1].span)) {
      best = [before, row];
    }
    latest.set(key, row);
  }
  return best;
}

function mergeKey(window: UnnumberedWindow): string {
  return `${window.slot} ${Buffer.from(window.releaseDigest).toString('hex')}`;
}
