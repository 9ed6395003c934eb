import { Sample } from '@edgeloop/protocol';
import type { AgentDatabase } from './agent-database.ts';
import type { Boot } from './boot-store.ts';
import type { FrameLimits, NumberedFrame, Outbox } from './outbox.ts';

/** A sample that has no number yet. */
export type OpenSample = Omit<Sample, 'sequence'>;

/** How many bytes of samples are kept before the oldest are dropped, unless told otherwise. */
export const DEFAULT_SAMPLE_BYTES: number = 4 * 1024 * 1024;

interface Row {
  readonly id: number;
  readonly boot: number | null;
  readonly sequence: number | null;
  readonly body: Buffer;
}

/**
 * Keeps raw readings until the hub has said that it stored them.
 *
 * When it is full, the oldest samples that were never sent are dropped and counted: a sample is one of many, unlike a
 * window, and it cannot be merged. As with windows, a number is given when a sample is first sent, under the boot of
 * that moment, so that dropping leaves no gap.
 */
export class SampleOutbox implements Outbox<Sample> {
  readonly channel = 'samples';
  readonly #database: AgentDatabase;
  readonly #boot: Boot;
  readonly #limitBytes: number;

  constructor(database: AgentDatabase, boot: Boot, limitBytes: number = DEFAULT_SAMPLE_BYTES) {
    this.#database = database;
    this.#boot = boot;
    this.#limitBytes = limitBytes;
  }

  /** Takes samples in and drops the oldest ones when the outbox is full. Call it inside a transaction. */
  add(samples: readonly OpenSample[]): void {
    for (const sample of samples) {
      this.#database.run('insert into samples (body) values (?)', Sample.encode({ ...sample, sequence: 0 }));
    }
    while (this.sizeBytes() > this.#limitBytes) {
      const dropped = this.#database.all(
        `delete from samples where id in (select id from samples where sequence is null order by id limit 100) returning id`,
      );
      if (dropped.length === 0) return;
      this.#database.run(
        `insert into counters (name, value) values ('samples_dropped', ?)
         on conflict (name) do update set value = value + excluded.value`,
        dropped.length,
      );
    }
  }

  sizeBytes(): number {
    return this.#database.one<{ n: number }>('select coalesce(sum(length(body)), 0) as n from samples')?.n ?? 0;
  }

  count(): number {
    return this.#database.one<{ n: number }>('select count(*) as n from samples')?.n ?? 0;
  }

  /** Samples dropped for lack of room since the agent was installed. */
  dropped(): number {
    return (
      this.#database.one<{ value: number }>(`select value from counters where name = 'samples_dropped'`)?.value ?? 0
    );
  }

  nextFrame(afterId: number, limits: FrameLimits): NumberedFrame<Sample> | undefined {
    return this.#database.atomically(() => {
      const rows = this.#takeRows(afterId, limits);
      const [first] = rows;
      if (first === undefined) return undefined;
      const ordinal = first.boot ?? this.#boot.ordinal;
      const boot = this.#database.one<{ boot_id: string; next_sample: number }>(
        'select boot_id, next_sample from boots where ordinal = ?',
        ordinal,
      );
      let next = boot?.next_sample ?? 1;
      const items = rows.map((row) => {
        const sequence = row.sequence ?? next++;
        if (row.sequence === null) {
          this.#database.run('update samples set boot = ?, sequence = ? where id = ?', ordinal, sequence, row.id);
        }
        return { ...Sample.decode(row.body), sequence };
      });
      this.#database.run('update boots set next_sample = ? where ordinal = ?', next, ordinal);
      return {
        bootId: boot?.boot_id ?? '',
        items,
        lastId: rows.at(-1)?.id ?? afterId,
        firstSequence: items[0]?.sequence ?? 0,
        lastSequence: items.at(-1)?.sequence ?? 0,
      };
    });
  }

  acknowledge(bootId: string, upToSequence: number): number {
    return this.#database.atomically(() => {
      const ids = this.#database.all(
        `delete from samples where sequence <= ? and boot = (select ordinal from boots where boot_id = ?) returning id`,
        upToSequence,
        bootId,
      );
      this.#database.run(
        'update boots set acked_sample = max(acked_sample, ?) where boot_id = ?',
        upToSequence,
        bootId,
      );
      return ids.length;
    });
  }

  acknowledged(bootId: string): number | undefined {
    return this.#database.one<{ n: number }>('select acked_sample as n from boots where boot_id = ?', bootId)?.n;
  }

  rewind(bootId: string, upToSequence: number): void {
    this.#database.atomically(() => {
      this.#database.run(
        'update samples set sequence = null where boot = (select ordinal from boots where boot_id = ?)',
        bootId,
      );
      this.#database.run(
        'update boots set next_sample = ?, acked_sample = ? where boot_id = ?',
        upToSequence + 1,
        upToSequence,
        bootId,
      );
    });
  }

  /** Consecutive rows that were sent under one boot, or that were never sent. */
  #takeRows(afterId: number, limits: FrameLimits): Row[] {
    const rows = this.#database.all<Row>(
      'select * from samples where id > ? order by id limit ?',
      afterId,
      limits.items,
    );
    let bytes = 0;
    const bootOf = (row: Row | undefined): number => row?.boot ?? this.#boot.ordinal;
    const end = rows.findIndex((row, index) => {
      bytes += row.body.length;
      return bootOf(row) !== bootOf(rows[0]) || (index > 0 && bytes > limits.bytes);
    });
    return end === -1 ? rows : rows.slice(0, end);
  }
}
