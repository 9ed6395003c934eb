import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { CollectingIntake } from '../test-rig/collecting-intake.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { ReplaySource } from './replay-source.ts';
import type { ReplayConfig } from './source-config.ts';

const CSV = ['a,b,class', ...Array.from({ length: 10 }, (_, row) => `${row},${row * 10},c${row % 2}`), ''].join('\n');

async function makeReplay(content: string | Buffer, parts: Partial<ReplayConfig> = {}, exists = () => false) {
  const path = join(await temporaryFolder(onTestFinished), 'file');
  await writeFile(path, content);
  const time = new ManualTime();
  const config: ReplayConfig = { kind: 'csv-replay', path, rowsPerSecond: 1_000, labelColumn: 'class', ...parts };
  const source = new ReplaySource(config, time, exists);
  const intake = new CollectingIntake();
  onTestFinished(() => source.stop());
  /** Moves time on, and lets the disk keep up with it. */
  const move = async (ms: number): Promise<void> => {
    await time.advance(ms);
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  };
  /** Moves time until so many readings are there. */
  const until = async (count: number): Promise<void> => {
    while (intake.readings.length < count) await move(20);
  };
  const values = (field: string): unknown[] => intake.readings.map((reading) => reading.fields[field]);
  return { source, intake, time, move, until, values };
}

describe('a replay', () => {
  it('delivers rows in order with their label, and not the label column', async () => {
    const { source, intake, until } = await makeReplay(CSV);
    await source.start(intake, undefined);
    await until(10);
    expect(intake.readings[3]).toMatchObject({ fields: { a: '3', b: '30' }, label: 'c1' });
    expect(intake.readings[3]!.fields).not.toHaveProperty('class');
    expect(intake.readings).toHaveLength(10);
  });

  it('finds the delimiter as the hub does when it imports such a file', async () => {
    const { source, intake, until, values } = await makeReplay('a;class\r\n1,5;high\r\n2;low\r\n');
    await source.start(intake, undefined);
    await until(2);
    expect(values('a')).toEqual(['1,5', '2']);
    expect(intake.readings.map(({ label }) => label)).toEqual(['high', 'low']);
  });

  it('reads a packed file and JSON lines the same way', async () => {
    const jsonl = Array.from({ length: 10 }, (_, a) => JSON.stringify({ a, b: a * 10, class: `c${a % 2}` })).join('\n');
    const packed = await makeReplay(gzipSync(CSV));
    const lines = await makeReplay(gzipSync(jsonl), { kind: 'jsonl-replay' });
    for (const { source, intake, until } of [packed, lines]) {
      await source.start(intake, undefined);
      await until(10);
    }
    expect(lines.values('a').map(String)).toEqual(packed.values('a'));
    expect(lines.intake.readings.map(({ label }) => label)).toEqual(packed.intake.readings.map(({ label }) => label));
  });

  it('calls fields and truths what the hub calls them when it imports such a file', async () => {
    const csv = await makeReplay(' a , b,class\n1,2, c1\n');
    const lines = await makeReplay('{"a": true, "b": false}', { kind: 'jsonl-replay' });
    for (const { source, intake, until } of [csv, lines]) {
      await source.start(intake, undefined);
      await until(1);
    }
    expect(csv.intake.readings[0]).toMatchObject({ fields: { a: '1', b: '2' }, label: 'c1' });
    expect(lines.intake.readings[0]!.fields).toEqual({ a: 'true', b: 'false' });
  });

  it('keeps to its rate', async () => {
    const { source, intake, move, until } = await makeReplay(CSV, { rowsPerSecond: 2 });
    await source.start(intake, undefined);
    await until(1);
    for (let step = 0; step < 40; step++) await move(100);
    expect(intake.readings.length).toBeGreaterThanOrEqual(8);
    expect(intake.readings.length).toBeLessThanOrEqual(10);
  });

  it('waits while the intake has no room', async () => {
    const { source, intake, move, until } = await makeReplay(CSV);
    intake.room = 0;
    await source.start(intake, undefined);
    for (let step = 0; step < 50; step++) await move(100);
    expect(intake.readings).toEqual([]);
    intake.room = 1;
    await until(10);
  });

  it('continues behind the last reading that was worked on', async () => {
    const { source, intake, until } = await makeReplay(CSV);
    await source.start(intake, undefined);
    await until(10);
    const again = await makeReplay(CSV);
    await again.source.start(again.intake, JSON.parse(JSON.stringify(intake.readings[3]!.position)));
    await again.until(6);
    expect(again.values('a')).toEqual(['4', '5', '6', '7', '8', '9']);
  });

  it('takes its shard between its first and last row, round and round', async () => {
    const parts = { shard: { index: 1, count: 3 }, startRow: 2, endRow: 9, loop: true };
    const { source, intake, until, values } = await makeReplay(CSV, parts);
    await source.start(intake, undefined);
    await until(5);
    expect(values('a').slice(0, 5)).toEqual(['4', '7', '4', '7', '4']);
  });

  it('goes on after a line that is no reading', async () => {
    const text = ['{"a":1}', 'oops', '[1,2]', '{"a":{"b":1}}', '{"a":2}'].join('\n');
    const { source, intake, until, values } = await makeReplay(text, { kind: 'jsonl-replay' });
    await source.start(intake, undefined);
    await until(2);
    expect(values('a')).toEqual([1, 2]);
    expect(intake.faults).toHaveLength(3);
  });

  it('delivers short rows and bad values as they are: the model decides', async () => {
    const { source, intake, until } = await makeReplay('a,b,class\n1\nx,,left\n"q"uote,2,right\n');
    await source.start(intake, undefined);
    await until(3);
    expect(intake.readings[0]!.fields).toEqual({ a: '1' });
    expect(intake.readings[1]!.fields).toEqual({ a: 'x', b: '' });
    expect(intake.readings).toHaveLength(3);
  });

  it('reports a file that is not there, and tries again', async () => {
    const { source, intake, move } = await makeReplay(CSV, { path: '/nowhere/at-all.csv' });
    await source.start(intake, undefined);
    while (intake.faults.length < 2) await move(1_000);
    expect(intake.faults[0]).toContain('SOURCE_FAILED');
  });

  it('reports a label column that the file does not have, with those it has', async () => {
    const { source, intake, move } = await makeReplay(CSV, { labelColumn: 'klass' });
    await source.start(intake, undefined);
    while (intake.faults.length < 1) await move(20);
    expect(intake.faults[0]).toContain('SOURCE_FAILED');
    expect(intake.faults[0]).toContain('expected column "klass", got a, b, class');
    expect(intake.readings).toEqual([]);
  });

  it('delivers nothing after it was stopped', async () => {
    const { source, intake, move, until } = await makeReplay(CSV, { loop: true });
    await source.start(intake, undefined);
    await until(3);
    await source.stop();
    const count = intake.readings.length;
    for (let step = 0; step < 20; step++) await move(250);
    expect(intake.readings.length).toBe(count);
  });
});

describe('a fault of a replayed sensor', () => {
  const cases: readonly (readonly [string, object, (string | number | undefined)[]])[] = [
    ['shifts and scales from a row on', { add: 5, multiply: 2, fromRow: 8 }, ['7', 21, 23]],
    ['sticks after so many readings', { stuckAt: 1, afterRows: 9 }, ['7', '8', 1]],
    ['is silent', { missing: true }, [undefined, undefined, undefined]],
  ];
  for (const [title, fault, expected] of cases) {
    it(title, async () => {
      const { source, intake, until, values } = await makeReplay(CSV, { faults: [{ feature: 'a', ...fault }] });
      await source.start(intake, undefined);
      await until(10);
      expect(values('a').slice(7)).toEqual(expected);
      expect(values('b')[9]).toBe('90');
    });
  }

  it('is in force only while its file exists', async () => {
    let isThere = false;
    const faults = [{ feature: 'a', add: 100, whenFileExists: '/switch' }];
    const { source, intake, until, values } = await makeReplay(CSV, { faults, rowsPerSecond: 1 }, () => isThere);
    await source.start(intake, undefined);
    await until(4);
    isThere = true;
    await until(10);
    expect(values('a')[3]).toBe('3');
    expect(values('a')[9]).toBe(109);
  });
});
