import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Release, SignedEnvelope } from '@edgeloop/protocol';
import { RigError } from '../../rig/errors.ts';
import { HubProgram } from '../../rig/hub-program.ts';
import { RogueDevice } from '../../rig/rogue-device.ts';
import { waitFor } from '../../rig/wait-for.ts';
import type { BenchCase } from '../bench-case.ts';
import { FrameSide } from './frame-side.ts';
import { JsonSide } from './json-side.ts';
import { type SensorRow, sensorRows } from './sensor-rows.ts';

const OUR_SAMPLES = 200_000;
/** Throughput is per second, so the slower side may work on fewer. */
const THEIR_SAMPLES = 20_000;

/** `json`: agent frames against one JSON message and one row per sample, from the reading to the stored record. */
export async function ingestCases(): Promise<BenchCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-bench-'));
  const hub = new HubProgram(folder);
  await hub.start();
  const frames = await frameSide(hub, sensorRows(OUR_SAMPLES));
  const json = new JsonSide(folder, sensorRows(THEIR_SAMPLES));
  await json.start();
  return [
    {
      bench: 'ingest',
      name: 'json',
      peer: 'one JSON message and row per sample',
      unit: 'samples/s',
      better: 'higher',
      goalRatio: 20,
      ours: () => frames.round(),
      theirs: () => json.round(),
      async close() {
        await frames.stop();
        await json.stop();
        await hub.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    },
  ];
}

/** A device with a really trained and signed version, for the hub checks windows against its reference. */
async function frameSide(hub: HubProgram, rows: readonly SensorRow[]): Promise<FrameSide> {
  const names = Object.keys(rows[0]?.fields ?? {});
  const csv = [
    [...names, 'Class'].join(','),
    ...rows.slice(0, 4_000).map((row) => [...names.map((name) => row.fields[name]), row.label].join(',')),
    '',
  ].join('\n');
  await hub.client.upload('/datasets?name=bench&label=Class&format=csv', Buffer.from(csv));
  const recipe = { hidden: [16], epochs: 5, patience: 5 };
  const { id } = await hub.client.post<{ id: string }>('/runs', { model: 'bench', dataset: { name: 'bench' }, recipe });
  await waitFor(
    'the bench model to be trained',
    async () => (await hub.client.get<{ version: number | null }>(`/runs/${id}`)).version,
    { timeoutMs: 120_000 },
  );
  const { releaseDigest } = await hub.client.get<{ releaseDigest: string }>('/models/bench/versions/1');
  const envelope = SignedEnvelope.decode(await hub.client.download(`/blobs/${releaseDigest}`));
  const digest = Buffer.from(releaseDigest, 'hex');
  if (!createHash('sha256').update(SignedEnvelope.encode(envelope)).digest().equals(digest)) {
    throw new RigError('STAGE_FAILED', 'the release blob does not have the digest of the version');
  }
  const device = await RogueDevice.enroll(hub, 'bench-device');
  const frames = new FrameSide({
    hub,
    device,
    release: Release.decode(envelope.payload),
    releaseDigest: digest,
    rows,
  });
  await frames.start();
  return frames;
}
