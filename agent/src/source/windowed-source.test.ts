import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reading } from '../reading.ts';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { CollectingIntake } from '../test-rig/collecting-intake.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { mixedSignature } from '../test-rig/mixed-model.ts';
import { ReplaySource } from './replay-source.ts';
import type { Intake, Source } from './source.ts';
import type { WindowConfig } from './source-config.ts';
import { WindowedSource } from './windowed-source.ts';

// Windows of 4 readings with the channels x and y, one every 2 readings.
const INPUT = mixedSignature().inputs[5]!;

/** A stream that gives what it is told to. */
class Stream implements Source {
  intake: Intake | undefined;
  position: unknown;

  async start(intake: Intake, position: unknown): Promise<void> {
    this.intake = intake;
    this.position = position;
  }

  async stop(): Promise<void> {
    // There is nothing to close.
  }

  async give(...readings: Partial<Reading>[]): Promise<void> {
    for (const [index, reading] of readings.entries()) await this.intake?.take({ atMs: index, fields: {}, ...reading });
  }
}

async function makeStream(config: WindowConfig = {}, position?: unknown, input = INPUT) {
  const stream = new Stream();
  const intake = new CollectingIntake();
  await new WindowedSource(stream, input, config).start(intake, position);
  const windows = (): number[][] => intake.readings.map((reading) => firstChannel(reading));
  return { stream, intake, windows };
}

function firstChannel({ tensors }: Reading): number[] {
  const { values } = tensors![INPUT.name]!;
  return Array.from(values as Float32Array).filter((_, index) => index % 2 === 0);
}

const row = (x: number, more: object = {}) => ({ fields: { x, y: -x, ...more } });
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => row(from + index));

describe('readings of a stream', () => {
  it('become a window as soon as it is full, and then every stride', async () => {
    const { stream, windows, intake } = await makeStream();
    await stream.give(...rows(1, 9));
    expect(windows()).toEqual([
      [1, 2, 3, 4],
      [3, 4, 5, 6],
      [5, 6, 7, 8],
    ]);
    expect(intake.readings[0]!.tensors!['window']!.values).toEqual(Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4));
  });

  it('have windows apart from each other when the stride is longer than they are', async () => {
    const { stream, windows } = await makeStream({ stride: 5 });
    await stream.give(...rows(1, 14));
    expect(windows()).toEqual([
      [1, 2, 3, 4],
      [6, 7, 8, 9],
      [11, 12, 13, 14],
    ]);
  });

  it('have windows of their own by the value of a field', async () => {
    const { stream, windows } = await makeStream({ groupField: 'pump' });
    for (let x = 1; x <= 5; x++) await stream.give(row(x, { pump: 'a' }), row(10 * x, { pump: 'b' }));
    expect(windows()).toEqual([
      [1, 2, 3, 4],
      [10, 20, 30, 40],
    ]);
  });

  it('may lack a channel, and carry what is no channel to the model', async () => {
    const { stream, intake } = await makeStream();
    await stream.give(...rows(1, 3), { fields: { x: '', heat: 7 }, label: 'bad' });
    expect(firstChannel(intake.readings[0]!)).toEqual([1, 2, 3, Number.NaN]);
    expect(intake.readings[0]).toMatchObject({ fields: { heat: 7 }, label: 'bad' });
  });

  it('are left out and counted where a channel is no number', async () => {
    const { stream, intake, windows } = await makeStream();
    await stream.give(...rows(1, 2), { fields: { x: 'warm', y: 1 } }, ...rows(3, 4));
    expect(windows()).toEqual([[1, 2, 3, 4]]);
    expect(intake.faults).toEqual([expect.stringContaining('INPUT_INVALID: x: expected a number')]);
  });

  it('have the last label or the most frequent one', async () => {
    for (const [label, expected] of [
      ['last', 'b'],
      ['majority', 'a'],
    ] as const) {
      const { stream, intake } = await makeStream({ label });
      await stream.give(...['a', 'a', 'b', 'b'].map((known, x) => ({ ...row(x), label: x === 2 ? 'a' : known })));
      expect(intake.readings[0]!.label).toBe(expected);
    }
  });

  it('have of labels equally frequent the last one, as windows of the hub do', async () => {
    const { stream, intake } = await makeStream({ label: 'majority' });
    await stream.give(...['a', 'b', 'a', 'b'].map((known, x) => ({ ...row(x), label: known })));
    expect(intake.readings[0]!.label).toBe('b');
  });

  it('begin a new window after a gap, and when time goes back', async () => {
    const { stream, windows } = await makeStream({ timeField: 'at', maxGapMs: 1_500 });
    const at = (x: number, seconds: number | string) => row(x, { at: seconds });
    await stream.give(at(1, 0), at(2, '1970-01-01T00:00:01Z'), at(3, '2'), at(4, 4), at(5, 5), at(6, 6), at(7, 7));
    await stream.give(at(8, 8), at(9, 3), at(10, 4), at(11, 5), at(12, 6));
    expect(windows()).toEqual([
      [4, 5, 6, 7],
      [9, 10, 11, 12],
    ]);
  });

  it('of too many groups give way, and it is told', async () => {
    const wide = { ...INPUT, dims: [-1, 16_384, 2] };
    const { stream, intake } = await makeStream({ groupField: 'pump' }, undefined, wide);
    for (const pump of ['a', 'b', 'a', 'c']) await stream.give(row(1, { pump }));
    expect(intake.faults).toEqual([expect.stringContaining('dropped the window of "b"')]);
  });
});

describe('a stream that is read again', () => {
  it('gives the same windows from any of them on, as if nothing had happened', async () => {
    const config: WindowConfig = { groupField: 'pump' };
    const given = Array.from({ length: 40 }, (_, index) => ({
      ...row(index, { pump: `p${(index * 7) % 3}` }),
      position: { row: index + 1 },
    }));
    const whole = await makeStream(config);
    await whole.stream.give(...given);
    const all = whole.windows();
    expect(all.length).toBeGreaterThan(10);
    for (const [index, { position }] of whole.intake.readings.entries()) {
      const kept = JSON.parse(JSON.stringify(position)) as { row: number };
      const again = await makeStream(config, kept);
      expect(again.stream.position).toMatchObject({ row: kept.row });
      await again.stream.give(...given.slice(kept.row));
      expect(again.windows()).toEqual(all.slice(index + 1));
    }
  });

  it('fills its windows afresh for a model with other channels, and goes on for one of another size', async () => {
    const before = await makeStream();
    await before.stream.give(...rows(1, 6).map((reading, index) => ({ ...reading, position: { row: index + 1 } })));
    const { position } = before.intake.readings[1]!;
    const [x, y] = INPUT.features;
    const other = await makeStream({}, position, { ...INPUT, features: [y!, x!] });
    await other.stream.give(...rows(7, 9));
    expect(other.windows()).toEqual([]);
    const longer = await makeStream({}, position, { ...INPUT, dims: [-1, 6, 2] });
    await longer.stream.give(...rows(7, 8));
    expect(longer.windows()).toEqual([[3, 4, 5, 6, 7, 8]]);
    const shorter = await makeStream({}, position, { ...INPUT, dims: [-1, 2, 2] });
    await shorter.stream.give(...rows(7, 8));
    expect(shorter.windows()).toEqual([[7, 8]]);
  });

  it('is a replay that neither skips nor repeats a reading', async () => {
    const path = join(await temporaryFolder(onTestFinished), 'stream.csv');
    await writeFile(path, ['x,y', ...rows(1, 20).map(({ fields }) => `${fields.x},${fields.y}`), ''].join('\n'));
    const time = new ManualTime();
    const read = async (position: unknown, count: number) => {
      const intake = new CollectingIntake();
      const source = new WindowedSource(
        new ReplaySource({ kind: 'csv-replay', path, rowsPerSecond: 1_000 }, time),
        INPUT,
        {},
      );
      await source.start(intake, position);
      while (intake.readings.length < count) {
        await time.advance(20);
        await new Promise((resolve) => {
          setTimeout(resolve, 1);
        });
      }
      await source.stop(0);
      return intake.readings;
    };
    const all = await read(undefined, 9);
    const rest = await read(JSON.parse(JSON.stringify(all[3]!.position)), 5);
    expect(rest.map(firstChannel)).toEqual(all.slice(4).map(firstChannel));
  });
});
