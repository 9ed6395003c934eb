import { spawnSync } from 'node:child_process';
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, waitFor } from '../test-rig/agent-process.ts';
import { CollectingIntake } from '../test-rig/collecting-intake.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { LineSplitter } from './line-splitter.ts';
import type { TextLinesConfig } from './source-config.ts';
import { TextLinesSource } from './text-lines-source.ts';

async function makeFile(parts: Partial<TextLinesConfig> = {}, input = new PassThrough()) {
  const path = parts.path ?? join(await temporaryFolder(onTestFinished), 'lines.txt');
  const open = async (position?: unknown, session = 's1') => {
    const time = new ManualTime();
    const intake = new CollectingIntake();
    const config: TextLinesConfig = { kind: 'text-lines', ...parts, path };
    const source = new TextLinesSource(config, { time, field: 'note', input: () => input, session });
    await source.start(intake, position);
    onTestFinished(() => source.stop());
    const texts = (): unknown[] => intake.readings.map(({ fields }) => fields['note']);
    const look = async (): Promise<void> => {
      await time.advance(250);
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
    };
    const until = async (count: number): Promise<void> => {
      while (intake.readings.length + intake.faults.length < count) await look();
    };
    return { source, intake, texts, until, look };
  };
  return { path, open, input };
}

const kept = (position: unknown): unknown => JSON.parse(JSON.stringify(position));

describe('lines of a file', () => {
  it('are readings, whatever their ends, without empty ones', async () => {
    const { path, open } = await makeFile();
    await writeFile(path, '\uFEFFfirst\n\r\nGrüße 📧\r\n  \nlast');
    const { texts, until } = await open();
    await until(3);
    expect(texts()).toEqual(['first', 'Grüße 📧', 'last']);
  });

  it('are waited for when the file is followed, and a line is none before its end', async () => {
    const { path, open } = await makeFile({ follow: true });
    await writeFile(path, 'one\ntw');
    const { texts, until, look } = await open();
    await until(1);
    for (let step = 0; step < 5; step++) await look();
    expect(texts()).toEqual(['one']);
    await appendFile(path, 'o\nthree\n');
    await until(3);
    expect(texts()).toEqual(['one', 'two', 'three']);
  });

  it('begin at the end when told so, but never when the file was read before', async () => {
    const { path, open } = await makeFile({ follow: true, from: 'end' });
    await writeFile(path, 'old\n');
    const first = await open();
    for (let step = 0; step < 3; step++) await first.look();
    await appendFile(path, 'new\n');
    await first.until(1);
    await first.source.stop();
    await appendFile(path, 'newer\n');
    const again = await open(kept(first.intake.readings[0]!.position));
    await again.until(1);
    expect([...first.texts(), ...again.texts()]).toEqual(['new', 'newer']);
  });

  it('continue behind any line that was worked on', async () => {
    const { path, open } = await makeFile();
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index} ä`);
    await writeFile(path, lines.join('\n'));
    const first = await open();
    await first.until(20);
    for (const at of [0, 7, 18]) {
      const again = await open(kept(first.intake.readings[at]!.position));
      await again.until(19 - at);
      expect(again.texts()).toEqual(lines.slice(at + 1));
    }
  });

  it('go on in the successor of a file that is put aside, after the rest of it', async () => {
    const { path, open } = await makeFile({ follow: true });
    await writeFile(path, 'one\n');
    const { until, texts, look } = await open();
    await until(1);
    await appendFile(path, 'two\nunfinished');
    await rename(path, `${path}.1`);
    for (let step = 0; step < 3; step++) await look();
    await writeFile(path, 'three\n');
    await until(4);
    expect(texts()).toEqual(['one', 'two', 'unfinished', 'three']);
  });

  it('go on in the successor also when nobody read meanwhile', async () => {
    const { path, open } = await makeFile({ follow: true });
    await writeFile(path, 'one\ntwo\n');
    const first = await open();
    await first.until(2);
    await first.source.stop();
    await rename(path, `${path}.1`);
    await writeFile(path, 'three\n');
    const again = await open(kept(first.intake.readings[0]!.position));
    await again.until(2);
    expect(again.texts()).toEqual(['two', 'three']);
  });

  it('go on at the beginning of a file that was emptied or replaced', async () => {
    const { path, open } = await makeFile({ follow: true });
    await writeFile(path, 'one\ntwo\n');
    const first = await open();
    await first.until(2);
    await truncate(path, 0);
    for (let step = 0; step < 3; step++) await first.look();
    await appendFile(path, 'three\n');
    await first.until(3);
    await first.source.stop();
    await rm(path);
    await writeFile(path, 'fou\nr\n');
    const again = await open(kept(first.intake.readings[2]!.position));
    await again.until(2);
    expect([...first.texts(), ...again.texts()]).toEqual(['one', 'two', 'three', 'fou', 'r']);
  });

  it('are counted and left out when they are too long', async () => {
    const { path, open } = await makeFile({ maxLineBytes: 64 });
    await writeFile(path, `${'x'.repeat(64)}\n${'y'.repeat(65_000)}\nshort\n${'z'.repeat(300)}`);
    const { texts, until, intake } = await open();
    await until(4);
    expect(texts()).toEqual(['x'.repeat(64), 'short']);
    expect(intake.faults).toEqual(new Array(2).fill(expect.stringContaining('at most 64 bytes')));
  });

  it('wait while the intake has no room', async () => {
    const { path, open } = await makeFile();
    await writeFile(path, 'one\ntwo\n');
    const { intake, look, until } = await open();
    intake.room = 0;
    for (let step = 0; step < 5; step++) await look();
    const before = intake.readings.length;
    expect(before).toBeLessThan(2);
    intake.room = 10;
    await until(2);
  });

  it('of a file that is not there are told, and of a model without a text', async () => {
    const { open } = await makeFile({ path: '/nowhere/at/all' });
    const { intake, until } = await open();
    await until(2);
    expect(intake.faults[0]).toContain('SOURCE_FAILED');
    const odd = new CollectingIntake();
    const parts = { time: new ManualTime(), field: undefined, input: () => new PassThrough(), session: '' };
    await new TextLinesSource({ kind: 'text-lines', path: 'x' }, parts).start(odd, undefined);
    expect(odd.faults).toEqual([expect.stringContaining('expected "field"')]);
  });
});

describe('lines of a pipe', () => {
  it('come from standard input, and end with it', async () => {
    const { open, input } = await makeFile({ path: '-' });
    const { texts, until } = await open();
    input.write('one\ntw');
    await until(1);
    input.end('o\nlast');
    await until(3);
    expect(texts()).toEqual(['one', 'two', 'last']);
  });

  it('are not lost between two readers: what the first one has read of the next line goes along', async () => {
    const { open, input } = await makeFile({ path: '-' });
    const first = await open();
    input.write('one\ntw');
    await first.until(1);
    await first.source.stop();
    const successor = await makeFile({ path: '-' });
    const again = await successor.open(kept(first.intake.readings[0]!.position));
    successor.input.write('o\n');
    await again.until(1);
    expect(again.texts()).toEqual(['two']);
    const restarted = await makeFile({ path: '-' });
    const later = await restarted.open(kept(first.intake.readings[0]!.position), 's2');
    restarted.input.write('three\n');
    await later.until(1);
    expect(later.texts()).toEqual(['three']);
  });

  it('come from a named pipe while writers come and go', async () => {
    const path = join(await temporaryFolder(onTestFinished), 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const { open } = await makeFile({ path });
    const { texts, source } = await open();
    await writeFile(path, 'one\n');
    await waitFor(() => texts().length === 1);
    await writeFile(path, 'two\nthree\n');
    await waitFor(() => texts().length === 3);
    await source.stop();
    expect(texts()).toEqual(['one', 'two', 'three']);
  });
});

describe('a splitter of lines', () => {
  it('gives the same lines and places however the bytes come', () => {
    const text = fc
      .array(fc.constantFrom('a', 'ä', '📧', '\r\n', '\n', '\r', 'long '), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (whole, sizes) => {
        const bytes = Buffer.from(whole);
        const all = new LineSplitter(20, 5);
        const parts = new LineSplitter(20, 5);
        const once = [...all.push(bytes), all.finish()];
        const pieces = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          pieces.push(...parts.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect([...pieces, parts.finish()]).toEqual(once);
      }),
    );
  });
});
