import { type Ack, type MessageInput, SampleBatch, TelemetryFrame, type TelemetryWindow } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import type { TrainedVersion } from '../store/model-store.ts';
import { addVersion, hubRig, makeWindow } from '../testing/hub-rig.ts';
import { ChannelIngest } from './channel-ingest.ts';
import { ReleaseCatalog } from './release-catalog.ts';
import { type NumberedSample, SampleChannel } from './sample-channel.ts';
import { TelemetryChannel } from './telemetry-channel.ts';

const BOOT = '0123456789abcdef';

type SentAck = { deviceId: string; ack: MessageInput<Ack> };

async function openIngest() {
  const rig = await hubRig();
  const version = await addVersion(rig);
  const acks: SentAck[] = [];
  const refused: { deviceId: string; code: string; message: string }[] = [];
  const stored: string[] = [];
  const releases = new ReleaseCatalog(rig.store, rig.blobs);
  const shared = {
    store: rig.store,
    clock: rig.clock,
    log: silentLogger,
    sendAck: async (deviceId: string, ack: MessageInput<Ack>) => void acks.push({ deviceId, ack }),
    refuse: async (refusal: { deviceId: string; code: string; message: string }) => void refused.push(refusal),
  };
  const telemetry = new ChannelIngest<TelemetryWindow>({
    ...shared,
    channel: new TelemetryChannel(releases, (windows) => stored.push(...windows.map(({ item }) => item.model))),
  });
  const samples = new ChannelIngest<NumberedSample>({ ...shared, channel: new SampleChannel(releases) });
  return { ...rig, version, acks, refused, stored, telemetry, samples, shared, releases };
}

function frame(version: TrainedVersion, ranges: readonly (readonly [number, number])[], bootId = BOOT): Uint8Array {
  return TelemetryFrame.encode({ bootId, windows: ranges.map(([first, last]) => makeWindow(version, first, last)) });
}

describe('telemetry ingest', () => {
  it('stores windows with rollups, and acknowledges after the commit', async () => {
    const { telemetry, version, acks, store, stored } = await openIngest();
    await telemetry.receive(
      'dev-1',
      frame(version, [
        [1, 1],
        [2, 4],
      ]),
    );
    await telemetry.flush();
    expect(acks).toEqual([
      { deviceId: 'dev-1', ack: { bootId: BOOT, channel: 'telemetry', upToSequence: 4, rejections: [] } },
    ]);
    expect(await store.telemetry.totals()).toEqual({ windows: 2, readings: 20 });
    expect(stored).toEqual(['pump', 'pump']);
    const filter = { model: 'pump', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    for (const stepMs of [60_000, 3_600_000] as const) {
      const rollups = await store.telemetry.rollups({ ...filter, stepMs });
      expect(rollups).toMatchObject([{ windows: 2, window: { readings: 20, correct: 18, labelled: 20 } }]);
    }
  });

  it('counts a frame that comes again once, and acknowledges it again', async () => {
    const { telemetry, version, acks, store } = await openIngest();
    const bytes = frame(version, [
      [1, 1],
      [2, 2],
    ]);
    for (let i = 0; i < 3; i++) {
      await telemetry.receive('dev-1', bytes);
      await telemetry.flush();
    }
    expect(acks.map(({ ack }) => ack.upToSequence)).toEqual([2, 2, 2]);
    expect(await store.telemetry.totals()).toEqual({ windows: 2, readings: 20 });
    expect(telemetry.totals).toMatchObject({ stored: 2, duplicates: 4, frames: 3 });
  });

  it('counts frames of one commit once, too', async () => {
    const { telemetry, version, store } = await openIngest();
    const bytes = frame(version, [
      [1, 1],
      [2, 2],
    ]);
    await Promise.all([telemetry.receive('dev-1', bytes), telemetry.receive('dev-1', bytes)]);
    await telemetry.flush();
    expect(await store.telemetry.totals()).toEqual({ windows: 2, readings: 20 });
    expect(telemetry.totals).toMatchObject({ stored: 2, duplicates: 2 });
  });

  it('stores nothing past a gap, so that the device goes back', async () => {
    const { telemetry, version, acks, store } = await openIngest();
    await telemetry.receive('dev-1', frame(version, [[1, 1]]));
    await telemetry.receive('dev-1', frame(version, [[3, 3]]));
    await telemetry.flush();
    expect(acks.at(-1)?.ack.upToSequence).toBe(1);
    await telemetry.receive(
      'dev-1',
      frame(version, [
        [2, 2],
        [3, 3],
      ]),
    );
    await telemetry.flush();
    expect(acks.at(-1)?.ack.upToSequence).toBe(3);
    expect(await store.telemetry.totals()).toEqual({ windows: 3, readings: 30 });
    expect(telemetry.totals.gaps).toBe(1);
  });

  it('goes on from the watermark after a restart', async () => {
    const { telemetry, version, acks, store, shared, releases } = await openIngest();
    await telemetry.receive('dev-1', frame(version, [[1, 3]]));
    await telemetry.flush();
    const restarted = new ChannelIngest<TelemetryWindow>({
      ...shared,
      channel: new TelemetryChannel(releases, () => undefined),
    });
    await restarted.receive(
      'dev-1',
      frame(version, [
        [1, 3],
        [4, 4],
      ]),
    );
    await restarted.flush();
    expect(acks.at(-1)?.ack.upToSequence).toBe(4);
    expect(await store.telemetry.totals()).toEqual({ windows: 2, readings: 20 });
  });

  it('keeps boots and devices apart', async () => {
    const { telemetry, version, store, acks } = await openIngest();
    await telemetry.receive('dev-1', frame(version, [[1, 1]]));
    await telemetry.receive('dev-1', frame(version, [[1, 1]], 'another-boot'));
    await telemetry.receive('dev-2', frame(version, [[1, 1]]));
    await telemetry.flush();
    expect((await store.telemetry.totals()).windows).toBe(3);
    expect(acks).toHaveLength(3);
  });

  it('rejects a range that is only partly new, and lets the rest pass', async () => {
    const { telemetry, version, acks, store, refused } = await openIngest();
    await telemetry.receive(
      'dev-1',
      frame(version, [
        [1, 2],
        [2, 3],
        [4, 4],
      ]),
    );
    await telemetry.flush();
    expect(acks.at(-1)?.ack).toMatchObject({
      upToSequence: 4,
      rejections: [{ sequence: 2, code: 'WINDOW_INVALID' }],
    });
    expect((await store.telemetry.totals()).windows).toBe(2);
    expect(refused).toMatchObject([{ deviceId: 'dev-1', code: 'WINDOW_INVALID' }]);
  });

  it('rejects windows of unknown releases and windows that contradict themselves, with the reason', async () => {
    const { telemetry, version, acks, store } = await openIngest();
    const odd = makeWindow(version, 2);
    const windows = [
      { ...makeWindow(version, 1), version: 99 },
      { ...odd, readings: odd.readings + 5 },
      { ...makeWindow(version, 3), releaseDigest: new Uint8Array(32) },
      makeWindow(version, 4),
    ];
    await telemetry.receive('dev-1', TelemetryFrame.encode({ bootId: BOOT, windows }));
    await telemetry.flush();
    expect(acks.at(-1)?.ack).toMatchObject({
      upToSequence: 4,
      rejections: [
        { sequence: 1, code: 'UNKNOWN_RELEASE' },
        { sequence: 2, code: 'WINDOW_INVALID' },
        { sequence: 3, code: 'UNKNOWN_RELEASE' },
      ],
    });
    expect(await store.telemetry.totals()).toEqual({ windows: 1, readings: 10 });
  });

  it('answers bytes it cannot read with the reason, and stores nothing', async () => {
    const { telemetry, acks, refused, store } = await openIngest();
    await telemetry.receive('dev-1', Buffer.from('not protobuf at all'));
    // Field 1, varint: protocol_version = 99.
    await telemetry.receive('dev-1', Buffer.from([0x08, 99]));
    await telemetry.receive('dev-1', TelemetryFrame.encode({ bootId: '', windows: [] }));
    await telemetry.flush();
    const codes = ['MALFORMED_MESSAGE', 'UNSUPPORTED_PROTOCOL_VERSION', 'MALFORMED_MESSAGE'];
    expect(refused.map(({ code }) => code)).toEqual(codes);
    expect(acks.map(({ ack }) => ack.rejections?.[0]?.code)).toEqual(codes);
    expect(acks.every(({ ack }) => ack.bootId === '' && ack.upToSequence === 0)).toBe(true);
    expect((await store.telemetry.totals()).windows).toBe(0);
  });

  it('acknowledges nothing that is not stored', async () => {
    const { telemetry, version, acks, store, refused } = await openIngest();
    await store.close();
    await telemetry.receive('dev-1', frame(version, [[1, 1]]));
    await telemetry.flush();
    expect(acks).toEqual([]);
    expect(refused).toMatchObject([{ deviceId: 'dev-1', code: 'STORAGE_FULL' }]);
  });

  it('stores what came together with a frame that cannot be stored', async () => {
    const { telemetry, version, acks, store, refused } = await openIngest();
    const lost = { ...version, version: 2, releaseDigest: 'f'.repeat(64) };
    await store.models.addVersion(lost);
    await telemetry.receive('dev-1', frame(lost, [[1, 1]]));
    await telemetry.receive('dev-2', frame(version, [[1, 1]]));
    await telemetry.receive('dev-3', frame(version, [[1, 1]]));
    await telemetry.flush();
    expect(acks.map(({ deviceId }) => deviceId)).toEqual(['dev-2', 'dev-3']);
    expect(refused).toMatchObject([{ deviceId: 'dev-1', code: 'STORAGE_FULL' }]);
    expect(await store.telemetry.totals()).toEqual({ windows: 2, readings: 20 });
  });
});

describe('sample ingest', () => {
  const sample = (sequence: number) => ({
    sequence,
    predictionId: `p-${sequence}`,
    atMs: 1,
    slot: 'default',
    model: 'pump',
    version: 1,
    fields: { temperature: { number: 12.5 }, note: { text: 'loud' } },
    predicted: 'ok',
    confidence: 0.9,
    label: sequence % 2 === 0 ? 'broken' : '',
  });

  it('stores samples once, with labels that the device knows', async () => {
    const { samples, acks, store } = await openIngest();
    const bytes = SampleBatch.encode({ bootId: BOOT, samples: [sample(1), sample(2)] });
    await samples.receive('dev-1', bytes);
    await samples.flush();
    await samples.receive('dev-1', bytes);
    await samples.flush();
    expect(acks.map(({ ack }) => [ack.channel, ack.upToSequence])).toEqual([
      ['samples', 2],
      ['samples', 2],
    ]);
    const kept = await store.samples.list({ model: 'pump' });
    expect(kept).toHaveLength(2);
    expect(kept.find(({ sequence }) => sequence === 2)).toMatchObject({
      fields: { temperature: 12.5, note: 'loud' },
      label: 'broken',
      labelledBy: 'device',
    });
    expect(kept.find(({ sequence }) => sequence === 1)?.label).toBeNull();
  });

  it('rejects samples that cannot be, one by one', async () => {
    const { samples, acks, store } = await openIngest();
    const batch = [
      { ...sample(1), predicted: 'no such class' },
      { ...sample(2), confidence: Number.NaN },
      { ...sample(3), fields: { temperature: { number: Number.POSITIVE_INFINITY } } },
      { ...sample(4), model: 'unknown' },
      sample(5),
    ];
    await samples.receive('dev-1', SampleBatch.encode({ bootId: BOOT, samples: batch }));
    await samples.flush();
    expect(acks[0]?.ack.rejections?.map((rejection) => rejection.code)).toEqual([
      'SAMPLE_INVALID',
      'SAMPLE_INVALID',
      'SAMPLE_INVALID',
      'UNKNOWN_RELEASE',
    ]);
    expect(await store.samples.count({ model: 'pump' })).toBe(1);
  });
});
