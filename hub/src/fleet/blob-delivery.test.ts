import { setImmediate } from 'node:timers/promises';
import { BlobChunk, ChunkBitmap, digestFromHex, type MessageInput, topics, Want } from '@edgeloop/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../log.ts';
import { openFleet } from '../testing/fleet-rig.ts';
import { DeviceKey } from '../testing/hub-rig.ts';
import { BlobDelivery } from './blob-delivery.ts';
import { OfferedBlobs } from './offered-blobs.ts';

const CHUNK_BYTES = 16 * 1024;

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
