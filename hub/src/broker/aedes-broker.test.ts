import { connect as connectTcp } from 'node:net';
import { digestFromHex, topics } from '@edgeloop/protocol';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DeviceGate } from '../access/device-gate.ts';
import { systemClock } from '../clock.ts';
import { silentLogger } from '../log.ts';
import { DeviceKey, memoryStore } from '../testing/hub-rig.ts';
import { AedesBroker } from './aedes-broker.ts';
import type { BrokerRefusal, ConnectionChange, DeviceMessage } from './broker.ts';

const HUB = 'hub-1';

async function openBroker() {
  const store = await memoryStore();
  const broker = new AedesBroker({
    host: '127.0.0.1',
    port: 0,
    gate: new DeviceGate(store, HUB, systemClock),
    log: silentLogger,
    maxPacketBytes: 100_000,
    drainTimeoutMs: 500,
  });
  const messages: DeviceMessage[] = [];
  const refusals: BrokerRefusal[] = [];
  const changes: ConnectionChange[] = [];
  broker.onMessage(async (message) => void messages.push(message));
  broker.onRefusal((refusal) => refusals.push(refusal));
  broker.onConnection(async (change) => void changes.push(change));
  const port = await broker.start();
  onTestFinished(() => broker.stop());
  const device = async (deviceId: string): Promise<DeviceKey> => {
    const key = new DeviceKey(deviceId);
    await key.addTo(store);
    return key;
  };
  const connect = async (key: DeviceKey, options: IClientOptions = {}): Promise<MqttClient> => {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: key.deviceId,
      username: key.deviceId,
      password: await key.password(HUB, Date.now()),
      reconnectPeriod: 0,
      ...options,
    });
    onTestFinished(() => void client.end(true));
    client.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed')));
    });
    return client;
  };
  return { broker, store, port, messages, refusals, changes, device, connect };
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

function closeOf(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

function nextMessage(client: MqttClient): Promise<Buffer> {
  return new Promise((resolve) => client.once('message', (_topic, payload) => resolve(payload)));
}

describe('AedesBroker', () => {
  it('says which port is taken, and leaves nothing running that would keep the process alive', async () => {
    const { port, store } = await openBroker();
    const gate = new DeviceGate(store, HUB, systemClock);
    const timersBefore = timers();
    const second = new AedesBroker({ host: '127.0.0.1', port, gate, log: silentLogger });
    await expect(second.start()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `listen for devices on 127.0.0.1:${port}`,
    });
    expect(timers()).toBe(timersBefore);
  });

  it('carries messages of a device to the hub with its name, and what the hub says back', async () => {
    const { broker, device, connect, messages } = await openBroker();
    const client = await connect(await device('dev-1'));
    await client.subscribeAsync(topics.ack.build('dev-1'), { qos: 1 });
    const heard = nextMessage(client);
    await client.publishAsync(topics.telemetry.build('dev-1'), Buffer.from([1, 2]), { qos: 1 });
    await vi.waitFor(() => expect(messages).toHaveLength(1));
    expect(messages[0]).toMatchObject({ deviceId: 'dev-1', topic: topics.telemetry.build('dev-1') });
    expect([...(messages[0]?.payload ?? [])]).toEqual([1, 2]);
    await broker.publish(topics.ack.build('dev-1'), Buffer.from([3]), { qos: 1, retain: false });
    expect([...(await heard)]).toEqual([3]);
  });

  it('gives a device that subscribes later what was retained for it', async () => {
    const { broker, device, connect } = await openBroker();
    await broker.publish(topics.desired.build('dev-1'), Buffer.from('state'), { qos: 1, retain: true });
    const client = await connect(await device('dev-1'));
    const heard = nextMessage(client);
    await client.subscribeAsync(`edgeloop/v1/d/dev-1/down/#`, { qos: 1 });
    expect((await heard).toString()).toBe('state');
  });

  // CONNACK codes: MQTT 3.1.1 table 3.1.
  it('refuses unknown devices with code 5, and wrong or expired tokens with code 4', async () => {
    const { connect, device, refusals } = await openBroker();
    await expect(connect(new DeviceKey('nobody'))).rejects.toMatchObject({ code: 5 });
    const key = await device('dev-1');
    const expired = await key.password(HUB, Date.now() - 3_600_000);
    await expect(connect(key, { password: expired })).rejects.toMatchObject({ code: 4 });
    await expect(connect(key, { password: await key.password('other', Date.now()) })).rejects.toMatchObject({
      code: 4,
    });
    await expect(connect(new DeviceKey('dev-1'))).rejects.toMatchObject({ code: 4 });
    await expect(connect(key, { username: 'dev-2' })).rejects.toMatchObject({ code: 4 });
    expect(refusals.map(({ code }) => code)).toEqual(['UNKNOWN_DEVICE', ...Array(4).fill('BAD_CREDENTIALS')]);
    expect(JSON.stringify(refusals)).not.toContain(expired);
  });

  it('refuses a revoked device, and cuts its connection when told to', async () => {
    const { broker, store, connect, device, refusals } = await openBroker();
    const key = await device('dev-1');
    const client = await connect(key);
    const closed = closeOf(client);
    await store.devices.revoke('dev-1', 1);
    await broker.disconnect('dev-1');
    await closed;
    await expect(connect(key)).rejects.toMatchObject({ code: 5 });
    expect(refusals.at(-1)?.code).toBe('DEVICE_REVOKED');
  });

  it("ends the connection of a device that publishes under another's topic", async () => {
    const { connect, device, refusals, messages } = await openBroker();
    const client = await connect(await device('dev-1'));
    await device('dev-2');
    const closed = closeOf(client);
    client.publish(topics.telemetry.build('dev-2'), Buffer.from([0]), { qos: 1 });
    await closed;
    expect(refusals).toMatchObject([{ deviceId: 'dev-1', code: 'FORBIDDEN_TOPIC' }]);
    expect(refusals[0]?.message).toContain('dev-2');
    expect(messages).toEqual([]);
  });

  for (const topic of ['edgeloop/v1/d/dev-1/down/desired', 'edgeloop/v1/blob/x/1', '$SYS/x', 'edgeloop/v1/tuf/root']) {
    it(`lets no device publish to ${topic}`, async () => {
      const { connect, device, refusals, messages } = await openBroker();
      const client = await connect(await device('dev-1'));
      const closed = closeOf(client);
      client.publish(topic, Buffer.from([0]), { qos: 1 });
      await closed;
      expect(refusals).toMatchObject([{ code: 'FORBIDDEN_TOPIC' }]);
      expect(messages).toEqual([]);
    });
  }

  it('lets no device leave a retained message', async () => {
    const { connect, device, refusals } = await openBroker();
    const client = await connect(await device('dev-1'));
    const closed = closeOf(client);
    client.publish(topics.state.build('dev-1'), Buffer.from([0]), { qos: 1, retain: true });
    await closed;
    expect(refusals).toMatchObject([{ code: 'FORBIDDEN_TOPIC' }]);
  });

  it("grants a device its own topics and blobs, and refuses another's and wildcards over all", async () => {
    const { connect, device, refusals } = await openBroker();
    const client = await connect(await device('dev-1'));
    const grantedOf = async (topic: string): Promise<number | undefined> => {
      const answer = await client.subscribeAsync(topic, { qos: 1 }).catch((error) => error);
      return Array.isArray(answer) ? answer[0]?.qos : 128;
    };
    expect(await grantedOf('edgeloop/v1/d/dev-1/down/#')).toBe(1);
    expect(await grantedOf(`edgeloop/v1/blob/${Buffer.from(digestFromHex('a'.repeat(64))).toString('hex')}/+`)).toBe(1);
    for (const topic of ['edgeloop/v1/d/dev-2/down/desired', 'edgeloop/v1/#', '#', 'edgeloop/v1/d/+/up/telemetry']) {
      expect(await grantedOf(topic)).toBe(128);
      expect(refusals.at(-1)).toMatchObject({ deviceId: 'dev-1', code: 'FORBIDDEN_TOPIC' });
    }
  });

  it('delivers the last will of a device that vanished, and refuses one on a foreign topic', async () => {
    const { connect, device, messages, refusals } = await openBroker();
    const key = await device('dev-1');
    const will = { topic: topics.death.build('dev-1'), payload: Buffer.from([9]), qos: 1, retain: false } as const;
    const client = await connect(key, { will });
    client.stream.destroy();
    await vi.waitFor(() => expect(messages).toMatchObject([{ topic: will.topic }]));
    const foreign = { ...will, topic: topics.death.build('dev-2') };
    await expect(connect(key, { will: foreign })).rejects.toMatchObject({ code: 5 });
    expect(refusals.at(-1)?.code).toBe('FORBIDDEN_TOPIC');
  });

  it('lets a device take over its own connection', async () => {
    const { connect, device, changes } = await openBroker();
    const key = await device('dev-1');
    const first = await connect(key);
    const closed = closeOf(first);
    const second = await connect(key);
    await closed;
    expect(second.connected).toBe(true);
    expect(changes.map(({ isConnected }) => isConnected)).toEqual([true, false, true]);
  });

  it('refuses packets that are too long, before and after the connection', async () => {
    const { connect, device, port, refusals } = await openBroker();
    const stranger = connectTcp(port, '127.0.0.1');
    stranger.on('error', () => undefined);
    const strangerClosed = new Promise((resolve) => stranger.once('close', resolve));
    // CONNECT that announces 20 kB.
    stranger.write(Buffer.from([0x10, 0xa0, 0x9c, 0x01, 0x00]));
    await strangerClosed;
    expect(refusals).toMatchObject([{ deviceId: 'unknown', code: 'MESSAGE_TOO_LARGE' }]);
    const client = await connect(await device('dev-1'));
    const closed = closeOf(client);
    client.publish(topics.telemetry.build('dev-1'), Buffer.alloc(100_001), { qos: 1 });
    await closed;
    expect(refusals[1]).toMatchObject({ deviceId: 'dev-1', code: 'MESSAGE_TOO_LARGE' });
  });

  it('drops a subscriber that stops reading, and the others get everything', async () => {
    const { broker, connect, device, changes } = await openBroker();
    const digest = 'b'.repeat(64);
    const frozen = await connect(await device('frozen'));
    const healthy = await connect(await device('healthy'));
    for (const client of [frozen, healthy]) await client.subscribeAsync(`edgeloop/v1/blob/${digest}/+`);
    let heard = 0;
    healthy.on('message', () => heard++);
    (frozen.stream as unknown as { pause(): void }).pause();
    const chunk = Buffer.alloc(256 * 1024);
    const sent = Array.from({ length: 64 }, (_, i) =>
      broker.publish(topics.chunk.build(digest, i), chunk, { qos: 0, retain: false }),
    );
    await Promise.all(sent);
    await vi.waitFor(() => expect(heard).toBe(64), { timeout: 25_000 });
    await vi.waitFor(() => expect(changes).toContainEqual({ deviceId: 'frozen', isConnected: false }));
  });
});
