import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { RogueDevice } from '../rig/rogue-device.ts';
import { waitFor } from '../rig/wait-for.ts';
import { type SmallLoop, startSmallLoop } from './small-loop.ts';

interface EventView {
  readonly code: string | null;
  readonly message: string;
  readonly deviceId: string | null;
}

/** The event an operator sees; fails with what there is instead. */
async function operatorSees(loop: SmallLoop, code: string, deviceId?: string): Promise<EventView> {
  return waitFor(
    `an event with code ${code}`,
    async () => {
      const { events } = await loop.client.get<{ events: EventView[] }>('/events?limit=500');
      return events.find((event) => event.code === code && (deviceId === undefined || event.deviceId === deviceId));
    },
    { timeoutMs: 45_000 },
  );
}

describe('a hub refuses, and the operator sees why,', () => {
  it('a device it does not know, a token for somebody else, and one that has expired', async () => {
    const loop = await startSmallLoop();
    const { hubId } = await loop.client.get<{ hubId: string }>('/info');
    await expect(RogueDevice.stranger(loop.hub, hubId, 'nobody-1').connect()).rejects.toThrow();
    expect((await operatorSees(loop, 'UNKNOWN_DEVICE')).message).toContain('nobody-1');

    const rogue = await RogueDevice.enroll(loop.hub, 'rogue-1');
    await expect(rogue.connect({ aud: 'another-hub' })).rejects.toThrow();
    await operatorSees(loop, 'BAD_CREDENTIALS', 'rogue-1');
    await expect(rogue.connect({ exp: 1 })).rejects.toThrow();

    await loop.client.post('/devices/rogue-1/revoke');
    await expect(rogue.connect()).rejects.toThrow();
    await operatorSees(loop, 'DEVICE_REVOKED', 'rogue-1');
  });

  it("a device that publishes under another's topic", async () => {
    const loop = await startSmallLoop();
    const rogue = await RogueDevice.enroll(loop.hub, 'rogue-2');
    await RogueDevice.enroll(loop.hub, 'honest-2');
    const client = await rogue.connect();
    client.on('error', () => client.end(true));
    client.publish(topics.telemetry.build('honest-2'), Buffer.from([0]), { qos: 1 });
    const event = await operatorSees(loop, 'FORBIDDEN_TOPIC', 'rogue-2');
    expect(event.message).toContain('honest-2');
    client.end(true);
  });

  it('bytes that are no message, and a message of a protocol it does not speak', async () => {
    const loop = await startSmallLoop();
    const rogue = await RogueDevice.enroll(loop.hub, 'rogue-3');
    const client = await rogue.connect();
    await client.publishAsync(topics.telemetry.build('rogue-3'), Buffer.from('not protobuf at all'), { qos: 1 });
    await operatorSees(loop, 'MALFORMED_MESSAGE', 'rogue-3');
    // Field 1, varint: protocol_version = 99.
    await client.publishAsync(topics.state.build('rogue-3'), Buffer.from([0x08, 99]), { qos: 1 });
    const event = await operatorSees(loop, 'UNSUPPORTED_PROTOCOL_VERSION', 'rogue-3');
    expect(event.message).toContain('99');
    client.end(true);
  });
});

describe('a device refuses, and the operator sees why,', () => {
  it('a model whose bytes changed on the hub', async () => {
    const loop = await startSmallLoop();
    await loop.importData();
    const version = await loop.trainVersion();
    const known = await loop.client.get<{ variants: { digest: string }[] }>(`/models/shuttle/versions/${version}`);
    // Nobody is enrolled yet: the rollout stands for whoever comes.
    await loop.startRollout(version);
    for (const { digest } of known.variants) damage(join(loop.hub.dataFolder, 'blobs'), digest);
    const agent = await loop.addAgent('careful-1');
    agent.start();
    const event = await operatorSees(loop, 'CHUNK_INVALID', 'careful-1');
    expect(event.message.length).toBeGreaterThan(10);
    expect(readdirSync(agent.dataFolder, { recursive: true }).map(String)).not.toContainEqual(
      expect.stringContaining(known.variants[0]?.digest ?? 'no digest'),
    );
  });
});

/** Flips one bit in the middle of the file that holds the blob. */
function damage(folder: string, digest: string): void {
  const path = readdirSync(folder, { recursive: true })
    .map((entry) => join(folder, String(entry)))
    .find((entry) => statSync(entry).isFile() && entry.replaceAll('/', '').endsWith(digest));
  if (path === undefined) throw new Error(`no file of blob ${digest} under ${folder}`);
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
