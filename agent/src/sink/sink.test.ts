import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LocalBroker } from '../link/local-broker.ts';
import { temporaryFolder } from '../test-rig/agent-process.ts';
import { JsonlSink } from './jsonl-sink.ts';
import { MqttSink } from './mqtt-sink.ts';
import type { SinkRecord } from './sink.ts';
import { StdoutSink } from './stdout-sink.ts';

function record(id: string): SinkRecord {
  return {
    prediction: {
      ...{ id, atMs: 0, slot: 'default', model: 'tiny', version: 1, predicted: 'left', classIndex: 0, confidence: 0.9 },
      outputs: { p: [0.9, 0.1] },
    },
    values: { a: 1 },
    label: 'right',
  };
}

const LINE = {
  ...{ id: 'one', at: '1970-01-01T00:00:00.000Z', slot: 'default', model: 'tiny', version: 1 },
  ...{ predicted: 'left', confidence: 0.9, label: 'right' },
};
const parse = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('a sink', () => {
  it('prints one line a prediction, with the reading only when asked', () => {
    const printed: string[] = [];
    new StdoutSink({ kind: 'stdout' }, (text) => printed.push(text)).write([record('one')]);
    new StdoutSink({ kind: 'stdout', fields: true }, (text) => printed.push(text)).write([record('one')]);
    expect(printed.flatMap(parse)).toEqual([LINE, { ...LINE, fields: { a: 1 } }]);
  });

  it('appends to a file, in order, also after a restart', async () => {
    const path = join(await temporaryFolder(onTestFinished), 'deep', 'predictions.jsonl');
    for (const id of ['one', 'two']) {
      const sink = new JsonlSink({ kind: 'jsonl', path }, () => undefined);
      await sink.start();
      sink.write([record(id)]);
      sink.write([record(`${id}-b`)]);
      await sink.stop();
    }
    const ids = parse(await readFile(path, 'utf8')).map((line) => (line as { id: string }).id);
    expect(ids).toEqual(['one', 'one-b', 'two', 'two-b']);
  });

  it('begins a new file when one is full, and keeps the last one', async () => {
    const path = join(await temporaryFolder(onTestFinished), 'predictions.jsonl');
    const sink = new JsonlSink({ kind: 'jsonl', path, maxBytes: 1_024 }, () => undefined);
    await sink.start();
    sink.write(Array.from({ length: 20 }, (_, index) => record(`first-${index}`)));
    await sink.stop();
    await sink.start();
    sink.write([record('second')]);
    await sink.stop();
    expect(parse(await readFile(`${path}.1`, 'utf8'))).toHaveLength(20);
    expect(parse(await readFile(path, 'utf8'))).toHaveLength(1);
  });

  it('publishes on a broker and reports what the broker did not take', async () => {
    const published: string[] = [];
    const problems: string[] = [];
    const broker: LocalBroker = {
      subscribe() {
        // A sink listens to nothing.
      },
      async publish(topic, payload) {
        if (published.length === 1) throw new Error('connection closed');
        published.push(`${topic} ${payload}`);
      },
      async close() {
        // Nothing is open.
      },
    };
    const config = { kind: 'mqtt', url: 'mqtt://here', topic: 'out' } as const;
    const sink = new MqttSink(
      config,
      async () => broker,
      (message) => problems.push(message),
    );
    await sink.start();
    sink.write([record('one')]);
    await new Promise(setImmediate);
    sink.write([record('two')]);
    await new Promise(setImmediate);
    await sink.stop();
    expect(published).toEqual([expect.stringContaining('"id":"one"')]);
    expect(problems).toEqual(['out: connection closed']);
  });
});
