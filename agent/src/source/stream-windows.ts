import { parseTime, type TensorSpec } from '@edgeloop/protocol';
import type { FieldValue, Reading } from '../reading.ts';
import type { WindowConfig } from './source-config.ts';
import { windowRow } from './window-tensor.ts';

/** The last readings of one group. */
interface Group {
  /** Oldest first, each with its channels in order; null is missing, as JSON has no NaN. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly labels: readonly (string | null)[];
  /** Readings until the next window. */
  readonly due: number;
  /** Time of the newest reading, in seconds. */
  readonly lastSeconds: number | null;
}

/** What is held of a stream, as JSON. */
interface Held {
  readonly channels: readonly string[];
  readonly groups: readonly (readonly [string, Group])[];
}

// A device holds the streams of several machines, not of a fleet. All of it is written with every telemetry window.
const MOST_HELD_VALUES = 65_536;

/** Keeps the last readings of a stream, by group, and says when a window is due. */
export class StreamWindows {
  readonly #input: TensorSpec;
  readonly #config: WindowConfig;
  readonly #size: number;
  readonly #stride: number;
  readonly #onDrop: (group: string, most: number) => void;
  /** In the order of their newest reading. Groups are replaced, never changed: positions refer to them. */
  readonly #groups: Map<string, Group>;

  /**
   * @param held what `position.windows` of a reading was; anything else begins afresh
   * @param onDrop a group gave way to others: there are more than `most`
   */
  constructor(
    input: TensorSpec,
    config: WindowConfig,
    held: unknown,
    onDrop: (group: string, most: number) => void = () => undefined,
  ) {
    this.#onDrop = onDrop;
    this.#input = input;
    this.#config = config;
    this.#size = Math.max(1, input.dims[1] ?? 1);
    this.#stride = config.stride ?? Math.max(1, input.stride);
    this.#groups = new Map(this.#restore(held));
  }

  /** The reading with its window, when one is due. @throws ReadingRefused for a channel that is no number */
  add(reading: Reading): Reading | undefined {
    const row = windowRow(this.#input, reading.fields).map((value) => (Number.isNaN(value) ? null : value));
    const name = String(this.#field(reading, this.#config.groupField) ?? '');
    const seconds = this.#secondsOf(reading);
    const before = this.#groups.get(name);
    const group = this.#next(this.#isBroken(before, seconds) ? undefined : before, row, reading.label, seconds);
    this.#groups.delete(name);
    this.#groups.set(name, group);
    this.#dropOldGroups();
    if (group.rows.length < this.#size || group.due > 0) return undefined;
    this.#groups.set(name, { ...group, due: this.#stride });
    return this.#windowReading(reading, group);
  }

  #next(
    before: Group | undefined,
    row: Group['rows'][number],
    label: string | undefined,
    seconds: number | null,
  ): Group {
    const keep = this.#size - 1;
    const last = <Item>(items: readonly Item[]): readonly Item[] => (keep === 0 ? [] : items.slice(-keep));
    // The first window is due as soon as it is full.
    const due = before === undefined ? this.#size - 1 : before.due - 1;
    return {
      rows: [...last(before?.rows ?? []), row],
      labels: [...last(before?.labels ?? []), label ?? null],
      due: Math.max(0, due),
      lastSeconds: seconds,
    };
  }

  /** A gap, or a time that goes back, ends what was held: a window never spans it. */
  #isBroken(group: Group | undefined, seconds: number | null): boolean {
    const { maxGapMs } = this.#config;
    if (maxGapMs === undefined || group === undefined || group.lastSeconds === null || seconds === null) return false;
    const gapMs = (seconds - group.lastSeconds) * 1_000;
    return gapMs > maxGapMs || gapMs < 0;
  }

  #windowReading({ atMs, fields, position }: Reading, { rows, labels }: Group): Reading {
    const values = Float32Array.from(rows.flat(), (value) => value ?? Number.NaN);
    return {
      atMs,
      fields,
      tensors: { [this.#input.name]: { dims: [rows.length, this.#input.features.length], values } },
      label: this.#config.label === 'majority' ? mostFrequent(labels) : (labels.at(-1) ?? undefined),
      position: { ...asObject(position), windows: this.#held() },
    };
  }

  #held(): Held {
    return { channels: this.#channels(), groups: [...this.#groups] };
  }

  #restore(held: unknown): (readonly [string, Group])[] {
    const { channels, groups } = (held ?? {}) as Partial<Held>;
    // Another model may have other channels: its windows begin afresh.
    if (String(channels) !== String(this.#channels()) || !Array.isArray(groups)) return [];
    return groups.map(([name, group]: readonly [string, Group]) => [
      name,
      { ...group, due: Math.max(0, Math.min(group.due, this.#stride), this.#size - group.rows.length) },
    ]);
  }

  #dropOldGroups(): void {
    const most = Math.max(1, Math.floor(MOST_HELD_VALUES / (this.#size * this.#input.features.length)));
    for (const name of this.#groups.keys()) {
      if (this.#groups.size <= most) return;
      this.#groups.delete(name);
      this.#onDrop(name, most);
    }
  }

  #channels(): string[] {
    return this.#input.features.map(({ name }) => name);
  }

  #secondsOf(reading: Reading): number | null {
    const { timeField } = this.#config;
    if (timeField === undefined) return reading.atMs / 1_000;
    const value = this.#field(reading, timeField) ?? '';
    const seconds = parseTime(value);
    // A file of readings has Unix times as text.
    return seconds ?? (String(value).trim() === '' ? null : (parseTime(Number(value)) ?? null));
  }

  #field({ fields }: Reading, name: string | undefined): FieldValue {
    return name !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  }
}

/** Of labels equally frequent, the one that was there last, as the hub labels windows. */
function mostFrequent(labels: readonly (string | null)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const label of labels.toReversed()) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce<[string, number] | undefined>(
    (best, one) => (best && best[1] >= one[1] ? best : one),
    undefined,
  )?.[0];
}

function asObject(position: unknown): object {
  return typeof position === 'object' && position !== null ? position : {};
}
