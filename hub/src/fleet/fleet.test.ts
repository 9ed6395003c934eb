import { setImmediate } from 'node:timers/promises';
import {
  Birth,
  BlobChunk,
  ChunkBitmap,
  Command,
  Death,
  DesiredState,
  digestFromHex,
  digestHex,
  type MessageInput,
  PAYLOAD_TYPES,
  ReportedState,
  topics,
  verifyEnvelope,
  Want,
} from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../log.ts';
import { addVersion, DeviceKey, hubRig, START_MS } from '../testing/hub-rig.ts';
import { RecordingBroker } from '../testing/recording-broker.ts';
import { BlobDelivery } from './blob-delivery.ts';
import { DesiredStatePublisher } from './desired-state-publisher.ts';
import { DeviceCommands } from './device-commands.ts';
import { OfferedBlobs } from './offered-blobs.ts';
import { Presence } from './presence.ts';

const SAMPLES = { kind: 'none', share: 0, perHour: 0, omitFields: [] };
const CHUNK_BYTES = 16 * 1024;

async function openFleet() {
  const rig = await hubRig();
  const broker = new RecordingBroker();
  const version = await addVersion(rig);
  const refused: { deviceId: string; code: string; message: string }[] = [];
  const refuse = async (refusal: { deviceId: string; code: string; message: string }) => void refused.push(refusal);
  await new DeviceKey('dev-1').addTo(rig.store);
  const assign = (deviceId: string, slot = 'default') =>
    rig.store.transaction((tx) =>
      tx.devices.setDesiredSlot({
        deviceId,
        slot,
        model: version.model,
        version: version.version,
        releaseDigest: version.releaseDigest,
        samples: SAMPLES,
        rolloutId: null,
        setMs: START_MS,
      }),
    );
  return { ...rig, broker, version, refused, refuse, assign };
}

describe('DesiredStatePublisher', () => {
  it('publishes what the store says, signed and retained, with the release cut into chunks', async () => {
    const { store, blobs, broker, identity, clock, version, assign } = await openFleet();
    const publisher = new DesiredStatePublisher({
      store,
      blobs,
      broker,
      signer: identity.signer,
      clock,
      log: silentLogger,
    });
    await publisher.publish('dev-1');
    expect(broker.published).toEqual([]);
    await assign('dev-1');
    await publisher.publish('dev-1');
    const [message] = broker.published;
    expect(message).toMatchObject({ topic: topics.desired.build('dev-1'), qos: 1, retain: true });
    const keys = identity.keys.map(({ publicKeyPem }) => ({ publicKey: publicKeyPem }));
    const payload = verifyEnvelope(message?.payload ?? new Uint8Array(), {
      payloadType: PAYLOAD_TYPES.desiredState,
      keys,
    });
    const state = DesiredState.decode(payload);
    expect(state).toMatchObject({ deviceId: 'dev-1', generation: 1, issuedMs: START_MS });
    const [slot] = state.slots;
    expect(slot).toMatchObject({ slot: 'default', model: 'pump', version: 1, samples: SAMPLES });
    expect(slot?.release && digestHex(slot.release)).toBe(version.releaseDigest);
  });

  it('never lets an older state follow a newer one', async () => {
    const { store, blobs, broker, identity, clock, assign } = await openFleet();
    const publisher = new DesiredStatePublisher({
      store,
      blobs,
      broker,
      signer: identity.signer,
      clock,
      log: silentLogger,
    });
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < 10; i++) {
      await assign('dev-1', `slot-${i}`);
      work.push(publisher.publish('dev-1'));
    }
    await Promise.all(work);
    const generations = broker.published.map(
      ({ payload }) =>
        DesiredState.decode(
          verifyEnvelope(payload, {
            payloadType: PAYLOAD_TYPES.desiredState,
            keys: identity.keys.map(({ publicKeyPem }) => ({ publicKey: publicKeyPem })),
          }),
        ).generation,
    );
    expect(generations).toEqual([...generations].sort((a, b) => a - b));
    expect(generations.at(-1)).toBe(10);
  });

  it('tells every device after a start, but none that was revoked', async () => {
    const { store, blobs, broker, identity, clock, assign } = await openFleet();
    for (const id of ['dev-2', 'dev-3']) await new DeviceKey(id).addTo(store);
    for (const id of ['dev-1', 'dev-2', 'dev-3']) await assign(id);
    await store.devices.revoke('dev-2', START_MS);
    const parts = { store, blobs, broker, signer: identity.signer, clock, log: silentLogger };
    await new DesiredStatePublisher(parts).publishAll();
    expect(broker.published.map(({ topic }) => topic)).toEqual([
      topics.desired.build('dev-1'),
      topics.desired.build('dev-3'),
    ]);
  });
});

describe('BlobDelivery', () => {
  async function openDelivery() {
    const fleet = await openFleet();
    const offered = new OfferedBlobs(fleet.store);
    const delivery = new BlobDelivery({
      broker: fleet.broker,
      blobs: fleet.blobs,
      log: silentLogger,
      refuse: fleet.refuse,
      isOffered: (deviceId, digest) => offered.includes(deviceId, digest),
    });
    onTestFinished(() => delivery.stop());
    await fleet.assign('dev-1');
    await new DeviceKey('dev-2').addTo(fleet.store);
    await fleet.assign('dev-2');
    const variant = fleet.version.variants[0];
    const digest = variant?.digest ?? '';
    const chunkCount = Math.ceil((variant?.sizeBytes ?? 0) / CHUNK_BYTES);
    const want = (lacking: readonly number[], overrides: MessageInput<Want> = {}) => {
      const there = new ChunkBitmap(chunkCount);
      for (let i = 0; i < chunkCount; i++) if (!lacking.includes(i)) there.set(i);
      return Want.encode({
        digest: digestFromHex(digest),
        chunkBytes: CHUNK_BYTES,
        missing: there.toMissingBytes(),
        ...overrides,
      });
    };
    const sentChunks = () => fleet.broker.published.map(({ topic }) => topics.chunk.parse(topic)?.chunk);
    return { ...fleet, delivery, digest, chunkCount, want, sentChunks };
  }

  it('delivers a blob of very many chunks', async () => {
    const { broker, blobs, refuse, digest } = await openDelivery();
    const sizeBytes = 300_000 * CHUNK_BYTES;
    const large = Object.assign(Object.create(blobs) as typeof blobs, {
      size: async () => sizeBytes,
      // Reading a file lets other work have its turn.
      range: () => setImmediate(new Uint8Array(1)),
    });
    const isOffered = async () => true;
    const delivery = new BlobDelivery({ broker, blobs: large, log: silentLogger, refuse, isOffered });
    onTestFinished(() => delivery.stop());
    const missing = new ChunkBitmap(300_000).toMissingBytes();
    await delivery.want('dev-1', Want.encode({ digest: digestFromHex(digest), chunkBytes: CHUNK_BYTES, missing }));
    await vi.waitFor(() => expect(broker.published.length).toBeGreaterThan(10));
  });

  it('sends what several devices lack once for all of them', async () => {
    const { delivery, want, sentChunks, chunkCount, broker, blobs, digest } = await openDelivery();
    expect(chunkCount).toBeGreaterThan(3);
    await Promise.all([delivery.want('dev-1', want([0, 1, 2])), delivery.want('dev-2', want([1, 2, 3]))]);
    await vi.waitFor(() => expect(sentChunks()).toEqual([0, 1, 2, 3]));
    const bytes = await blobs.get(digest);
    const { data } = BlobChunk.decode(broker.published[1]?.payload ?? new Uint8Array());
    expect(Buffer.compare(data, bytes.subarray(CHUNK_BYTES, 2 * CHUNK_BYTES))).toBe(0);
    expect(broker.published.every(({ qos, retain }) => qos === 0 && !retain)).toBe(true);
  });

  it('goes on for the others when a subscriber takes nothing', async () => {
    const { delivery, want, sentChunks, broker } = await openDelivery();
    const releases: (() => void)[] = [];
    broker.taken = () => new Promise((resolve) => releases.push(resolve));
    await delivery.want('dev-1', want([0, 1, 2]));
    await vi.waitFor(() => expect(sentChunks()).toEqual([0, 1, 2]), { timeout: 5_000 });
    for (const release of releases) release();
  });

  it('gives a device only the blobs of what it should run', async () => {
    const { delivery, want, refused, blobs, sentChunks } = await openDelivery();
    const secret = await blobs.put(Buffer.from('a data set'));
    await delivery.want('dev-1', want([0], { digest: digestFromHex(secret), missing: new Uint8Array([1]) }));
    await delivery.want('nobody', want([0]));
    expect(refused.map(({ code }) => code)).toEqual(['UNKNOWN_RELEASE', 'UNKNOWN_RELEASE']);
    expect(sentChunks()).toEqual([]);
  });

  it('refuses wishes it cannot read, wrong bitmaps and odd chunk sizes', async () => {
    const { delivery, want, refused } = await openDelivery();
    await delivery.want('dev-1', Buffer.from('not protobuf at all'));
    await delivery.want('dev-1', want([0], { missing: new Uint8Array(100) }));
    await delivery.want('dev-1', want([0], { chunkBytes: 1 }));
    expect(refused.map(({ code }) => code)).toEqual(['MALFORMED_MESSAGE', 'MALFORMED_MESSAGE', 'CHUNK_INVALID']);
  });
});

describe('Presence', () => {
  async function openPresence() {
    const fleet = await openFleet();
    const reports: string[] = [];
    const { store, clock, refuse } = fleet;
    const onReport = (deviceId: string) => void reports.push(deviceId);
    const presence = new Presence({ store, clock, log: silentLogger, refuse, onReport });
    const birth = (bootId: string, deviceId = 'dev-1') =>
      Birth.encode({ deviceId, bootId, agentVersion: '2', profile: 'simulated', profileReason: 'told', sentMs: 1 });
    const isOnline = async () => (await store.devices.find('dev-1'))?.online;
    const kinds = async () => (await store.events.list({ deviceId: 'dev-1' })).map(({ kind }) => kind);
    return { ...fleet, presence, birth, reports, isOnline, kinds };
  }

  it('knows a device from its birth to the end of its connection', async () => {
    const { presence, birth, isOnline, kinds, store } = await openPresence();
    await presence.connected('dev-1');
    expect(await isOnline()).toBe(false);
    await presence.birth('dev-1', birth('boot-1'));
    expect(await store.devices.find('dev-1')).toMatchObject({ online: true, bootId: 'boot-1', agentVersion: '2' });
    await presence.disconnected('dev-1');
    expect(await isOnline()).toBe(false);
    expect(await kinds()).toEqual(['device.online', 'device.offline']);
  });

  it('is not misled by the last will of a connection that was taken over', async () => {
    const { presence, birth, isOnline } = await openPresence();
    await presence.connected('dev-1');
    await presence.birth('dev-1', birth('boot-1'));
    await presence.disconnected('dev-1');
    await presence.connected('dev-1');
    await presence.birth('dev-1', birth('boot-1'));
    await presence.death('dev-1', Death.encode({ bootId: 'boot-1', reason: 'lost' }));
    await presence.death('dev-1', Death.encode({ bootId: 'an-older-boot', reason: 'stopped' }));
    expect(await isOnline()).toBe(true);
    await presence.death('dev-1', Death.encode({ bootId: 'boot-1', reason: 'stopped' }));
    expect(await isOnline()).toBe(false);
  });

  it('knows after a start that nobody is there yet', async () => {
    const { presence, birth, isOnline } = await openPresence();
    await presence.birth('dev-1', birth('boot-1'));
    await presence.start();
    expect(await isOnline()).toBe(false);
  });

  it('tells the operator of each new problem once', async () => {
    const { presence, store, reports } = await openPresence();
    const problem = { code: 'SELF_TEST_FAILED', message: 'deviates by 0.3', atMs: 5 };
    const report = ReportedState.encode({
      bootId: 'boot-1',
      desiredGeneration: 1,
      slots: [{ slot: 'default', phase: 'refused', wantedModel: 'pump', wantedVersion: 1, problem }],
    });
    for (let i = 0; i < 3; i++) await presence.report('dev-1', report);
    const events = await store.events.list({ kind: 'device.problem' });
    expect(events).toMatchObject([{ deviceId: 'dev-1', model: 'pump', code: 'SELF_TEST_FAILED', level: 'warning' }]);
    expect(reports).toEqual(['dev-1', 'dev-1', 'dev-1']);
    expect((await store.devices.find('dev-1'))?.reported?.slots[0]?.phase).toBe('refused');
  });

  it('tells of a problem that is met again and again once, and once more when it comes back after it was over', async () => {
    const { presence, store } = await openPresence();
    const report = (...times: number[]) =>
      ReportedState.encode({
        bootId: 'boot-1',
        desiredGeneration: 1,
        problems: times.map((atMs) => ({ code: 'SOURCE_FAILED', message: 'no such column', atMs })),
      });
    const events = async () => (await store.events.list({ kind: 'device.problem' })).length;
    for (const atMs of [5, 10, 15]) await presence.report('dev-1', report(atMs));
    expect(await events()).toBe(1);
    await presence.report('dev-1', report());
    await presence.report('dev-1', report(25));
    expect(await events()).toBe(2);
  });

  it('refuses births under another name, other protocol versions, and bytes that are no message', async () => {
    const { presence, birth, refused } = await openPresence();
    await presence.birth('dev-1', birth('boot-1', 'dev-2'));
    await presence.report('dev-1', Buffer.from([0x08, 99]));
    await presence.birth('dev-1', Buffer.from('not protobuf at all'));
    expect(refused.map(({ code }) => code)).toEqual([
      'WRONG_DEVICE',
      'UNSUPPORTED_PROTOCOL_VERSION',
      'MALFORMED_MESSAGE',
    ]);
  });
});

describe('DeviceCommands', () => {
  it('sends commands to devices that are online only', async () => {
    const { store, broker, clock } = await openFleet();
    const commands = new DeviceCommands(store, broker, clock);
    await expect(commands.send('dev-1', { kind: 'self-test' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(commands.send('dev-9', { kind: 'self-test' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.devices.setOnline('dev-1', true, START_MS);
    const id = await commands.send('dev-1', { kind: 'self-test', slot: 'default' });
    expect(Command.decode(broker.published[0]?.payload ?? new Uint8Array())).toMatchObject({
      id,
      kind: 'self-test',
      slot: 'default',
    });
  });
});
