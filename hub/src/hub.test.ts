import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ack, Birth, TelemetryFrame, topics } from '@edgeloop/protocol';
import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Hub, type HubAddress } from './hub.ts';
import type { HubCore } from './hub-core.ts';
import { silentLogger } from './log.ts';
import type { FolderBlobStore } from './store/folder-blob-store.ts';
import { addVersion, DeviceKey, makeWindow, temporaryFolder } from './testing/hub-rig.ts';
import { NoPipeline } from './testing/no-pipeline.ts';

interface RunningHub {
  readonly hub: Hub;
  readonly address: HubAddress;
  readonly core: HubCore;
  readonly pipeline: NoPipeline;
  get<T>(path: string): Promise<T>;
}

async function startHub(dataFolder: string): Promise<RunningHub> {
  const pipeline = new NoPipeline();
  let opened: HubCore | undefined;
  const hub = new Hub(
    { dataFolder, host: '127.0.0.1', httpPort: 0, mqttPort: 0, withWorker: false, log: silentLogger },
    (core) => {
      opened = core;
      return pipeline;
    },
  );
  onTestFinished(() => hub.stop());
  const address = await hub.start();
  const token = readFileSync(join(dataFolder, 'admin-token'), 'utf8').trim();
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${address.httpUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()) as T;
  };
  return { hub, address, core: opened as HubCore, pipeline, get };
}

async function connect(address: HubAddress, key: DeviceKey, hubId: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(address.mqttUrl, {
    clientId: key.deviceId,
    username: key.deviceId,
    password: await key.password(hubId, Date.now()),
    reconnectPeriod: 0,
  });
  onTestFinished(() => void client.end(true));
  return client;
}

describe('Hub', () => {
  it('announces where it is found, and makes the administrator token once', async () => {
    const folder = join(temporaryFolder(), 'data');
    const first = await startHub(folder);
    expect(first.address.newAdminToken).toBe(readFileSync(join(folder, 'admin-token'), 'utf8').trim());
    expect(JSON.parse(readFileSync(join(folder, 'hub.json'), 'utf8'))).toMatchObject({
      httpUrl: first.address.httpUrl,
      mqttUrl: first.address.mqttUrl,
      pid: process.pid,
    });
    for (const secret of ['admin-token', 'keys/release.pem']) {
      expect(statSync(join(folder, secret)).mode & 0o777).toBe(0o600);
    }
    expect(await first.get('/info')).toMatchObject({
      hubId: first.core.identity.hubId,
      mqttUrl: first.address.mqttUrl,
    });
    await first.hub.stop();
    expect(existsSync(join(folder, 'hub.json'))).toBe(false);
    expect(first.pipeline.told).toEqual(['start', 'stop']);
    const second = await startHub(folder);
    expect(second.address.newAdminToken).toBeUndefined();
    expect(second.core.identity.hubId).toBe(first.core.identity.hubId);
  });

  it('does not share its data folder with a second hub', async () => {
    const folder = temporaryFolder();
    const first = await startHub(folder);
    await expect(startHub(folder)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await first.get('/info')).toMatchObject({ hubId: first.core.identity.hubId });
    await first.hub.stop();
    await startHub(folder);
  });

  it('tells the operator a port that is taken', async () => {
    const { address } = await startHub(temporaryFolder());
    const port = Number(new URL(address.httpUrl).port);
    const second = new Hub(
      {
        dataFolder: temporaryFolder(),
        host: '127.0.0.1',
        httpPort: port,
        mqttPort: 0,
        withWorker: false,
        log: silentLogger,
      },
      () => new NoPipeline(),
    );
    await expect(second.start()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('stores telemetry of a real device once, over a restart, and answers with what is stored', async () => {
    const folder = temporaryFolder();
    const before = await startHub(folder);
    const { store, blobs, clock, identity } = before.core;
    const key = new DeviceKey('dev-1');
    await key.addTo(store);
    const rig = { folder, store, blobs: blobs as FolderBlobStore, clock: clock as never, identity };
    const version = await addVersion(rig);
    const frame = (...sequences: number[]): Buffer =>
      Buffer.from(
        TelemetryFrame.encode({
          bootId: 'boot-1',
          windows: sequences.map((sequence) => makeWindow(version, sequence)),
        }),
      );
    const acksOf = async (client: MqttClient): Promise<number[]> => {
      const acks: number[] = [];
      client.on('message', (_topic, payload) => acks.push(Ack.decode(payload).upToSequence));
      await client.subscribeAsync(topics.ack.build('dev-1'), { qos: 1 });
      return acks;
    };

    const first = await connect(before.address, key, identity.hubId);
    const firstAcks = await acksOf(first);
    const birth = {
      deviceId: 'dev-1',
      bootId: 'boot-1',
      agentVersion: '1',
      profile: 'simulated',
      profileReason: '',
      sentMs: 1,
    };
    await first.publishAsync(topics.birth.build('dev-1'), Buffer.from(Birth.encode(birth)), { qos: 1 });
    await first.publishAsync(topics.telemetry.build('dev-1'), frame(1, 2), { qos: 1 });
    await vi.waitFor(() => expect(firstAcks).toEqual([2]));
    expect(before.pipeline.told).toContain('telemetry pump');
    expect(await before.get('/devices/dev-1')).toMatchObject({ online: true, bootId: 'boot-1' });
    await before.hub.stop();

    const after = await startHub(folder);
    expect(await after.get('/devices/dev-1')).toMatchObject({ online: false });
    const second = await connect(after.address, key, identity.hubId);
    const secondAcks = await acksOf(second);
    await second.publishAsync(topics.telemetry.build('dev-1'), frame(1, 2, 3), { qos: 1 });
    await vi.waitFor(() => expect(secondAcks).toEqual([3]));
    expect(await after.get('/telemetry/totals')).toMatchObject({ windows: 3, readings: 30, duplicates: 2 });
  });

  it('shows the operator who was refused, without repeating the password', async () => {
    const { address, core, get } = await startHub(temporaryFolder());
    const stranger = new DeviceKey('nobody-1');
    await expect(connect(address, stranger, core.identity.hubId)).rejects.toMatchObject({ code: 5 });
    await vi.waitFor(async () => {
      const { events } = await get<{ events: { code: string | null; message: string }[] }>(
        '/events?kind=device.refused',
      );
      expect(events).toMatchObject([{ code: 'UNKNOWN_DEVICE', message: expect.stringContaining('nobody-1') }]);
      expect(JSON.stringify(events)).not.toContain('eyJ');
    });
  });
});
