import { describe, expect, it } from 'vitest';
import type { LocalBroker } from '../link/local-broker.ts';
import { CollectingIntake } from '../test-rig/collecting-intake.ts';
import { ManualTime } from '../test-rig/manual-time.ts';
import { MqttSource } from './mqtt-source.ts';

async function makeSource() {
  let deliver: (payload: Buffer) => void = () => undefined;
  let isClosed = false;
  const broker: LocalBroker = {
    subscribe(_topic, receive) {
      deliver = receive;
    },
    async publish() {
      // A source publishes nothing.
    },
    async close() {
      isClosed = true;
    },
  };
  const config = { kind: 'mqtt', url: 'mqtt://here', topic: 'line/1', labelField: 'class' } as const;
  const source = new MqttSource(config, async () => broker, new ManualTime());
  const intake = new CollectingIntake();
  await source.start(intake);
  return { source, intake, send: (text: string) => deliver(Buffer.from(text)), isClosed: () => isClosed };
}

describe('a source on a local broker', () => {
  it('takes one reading or a list of them, with labels', async () => {
    const { intake, send } = await makeSource();
    send('{"a":1,"b":"x","class":"left"}');
    send('[{"a":2},{"a":null}]');
    expect(intake.readings.map(({ fields, label }) => ({ fields, label }))).toEqual([
      { fields: { a: 1, b: 'x' }, label: 'left' },
      { fields: { a: 2 }, label: undefined },
      { fields: { a: null }, label: undefined },
    ]);
  });

  it('counts what is no reading and goes on', async () => {
    const { intake, send } = await makeSource();
    for (const text of ['oops', '7', '[{"a":1},3]', '{"a":[1]}']) send(text);
    expect(intake.readings).toHaveLength(1);
    expect(intake.faults).toHaveLength(4);
    expect(intake.faults.every((fault) => fault.startsWith('INPUT_INVALID'))).toBe(true);
  });

  it('closes its connection when it stops', async () => {
    const { source, isClosed } = await makeSource();
    await source.stop();
    await source.stop();
    expect(isClosed()).toBe(true);
  });

  it('reports a broker it cannot connect to', async () => {
    const refusing = async (): Promise<LocalBroker> => {
      throw new Error('no such host');
    };
    const intake = new CollectingIntake();
    await new MqttSource({ kind: 'mqtt', url: 'mqtt://x', topic: 't' }, refusing, new ManualTime()).start(intake);
    expect(intake.faults).toEqual(['SOURCE_FAILED: no such host']);
  });
});
