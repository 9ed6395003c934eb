import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestFromHex,
  PAYLOAD_TYPES,
  type Reference,
  Release,
  SignedEnvelope,
  signEnvelope,
  type TelemetryWindow,
  WindowBuilder,
} from '@edgeloop/protocol';
import { SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { type HubIdentity, openIdentity } from '../identity/hub-identity.ts';
import { FolderBlobStore } from '../store/folder-blob-store.ts';
import type { TrainedVersion } from '../store/model-store.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { classifierSignature } from '../training/signature/model-signature.ts';
import { cannedClassMetrics } from './canned-metrics.ts';

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A clock that stands still until it is told. */
export class ManualClock {
  #nowMs: number;

  constructor(nowMs: number = START_MS) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in memory, closed when the test ends. */
export async function memoryStore(): Promise<Store> {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

export interface HubRig {
  readonly folder: string;
  readonly store: Store;
  readonly blobs: FolderBlobStore;
  readonly clock: ManualClock;
  readonly identity: HubIdentity;
}

/** Store, blobs and identity of a hub. */
export async function hubRig(): Promise<HubRig> {
  const folder = temporaryFolder();
  const store = await memoryStore();
  const blobs = new FolderBlobStore(join(folder, 'blobs'));
  await blobs.start();
  const clock = new ManualClock();
  return { folder, store, blobs, clock, identity: await openIdentity(store, join(folder, 'keys/release.pem'), clock) };
}

const METRICS = cannedClassMetrics(90, 100);

export const REFERENCE: Reference = {
  features: [
    {
      name: 'temperature',
      kind: 'number',
      edges: [10, 20],
      levels: [],
      bins: [10, 80, 10],
      missing: 0,
      min: 0,
      max: 30,
      mean: 15,
      m2: 1000,
    },
  ],
  predictedClasses: [50, 50],
  confidenceBins: [0, 0, 0, 0, 100],
  accuracy: 0.9,
  calibrationConfidence: [0, 1],
  calibrationAccuracy: [0, 1],
};

/** A signed version of a two-class model with one feature, kept as the registry would. */
export async function addVersion(rig: HubRig, model = 'pump', version = 1): Promise<TrainedVersion> {
  const modelDigest = await rig.blobs.put(Buffer.from(`model ${model} ${version} `.repeat(4_000)));
  const goldenDigest = await rig.blobs.put(Buffer.from(`golden ${model} ${version}`));
  const signature = classifierSignature(['temperature'], ['ok', 'broken']);
  const payload = Release.encode({ model, version, createdMs: rig.clock.nowMs(), signature, reference: REFERENCE });
  const envelope = await signEnvelope(PAYLOAD_TYPES.release, payload, [rig.identity.signer]);
  const releaseDigest = await rig.blobs.put(SignedEnvelope.encode(envelope));
  const record: TrainedVersion = {
    origin: 'run',
    model,
    version,
    releaseDigest,
    signedBy: rig.identity.signer.keyId,
    variants: [
      {
        name: 'float32',
        digest: modelDigest,
        sizeBytes: (await rig.blobs.size(modelDigest)) ?? 0,
        goldenDigest,
        accepted: true,
        reasons: ['float'],
        metrics: METRICS,
        p50Ms: 0.1,
        p95Ms: 0.2,
      },
    ],
    classes: ['ok', 'broken'],
    features: ['temperature'],
    evaluation: METRICS,
    lineage: {
      runId: 'run-1',
      dataset: { name: 'pumps', version: 1, digest: 'd'.repeat(64) },
      recipe: {},
      seed: 1,
      parentVersion: null,
      from: null,
      worker: 'test',
      engine: 'test',
      codeVersion: '0',
      cause: { kind: 'request', ref: 'test' },
    },
    upload: null,
    createdMs: rig.clock.nowMs(),
  };
  await rig.store.models.ensure({ name: model, task: 'classification', description: '', createdMs: rig.clock.nowMs() });
  await rig.store.models.addVersion(record);
  return record;
}

/** A window of this version, as a device would build it: ten readings, nine right. */
export function makeWindow(
  version: TrainedVersion,
  firstSequence: number,
  lastSequence: number = firstSequence,
): TelemetryWindow {
  const builder = new WindowBuilder({
    slot: 'default',
    model: version.model,
    version: version.version,
    releaseDigest: digestFromHex(version.releaseDigest),
    reference: REFERENCE,
    classes: version.classes,
  });
  for (let i = 0; i < 10; i++) {
    builder.addReading({ temperature: 8 + i });
    const labelIndex = i === 0 ? 1 : 0;
    builder.addPrediction({ classIndex: 0, confidence: 0.9, probabilities: [0.9, 0.1], latencyMs: 1 + i, labelIndex });
  }
  return { ...builder.close(START_MS, START_MS + 1_000), firstSequence, lastSequence };
}

/** A device's key, and the passwords made with it. */
export class DeviceKey {
  readonly deviceId: string;
  readonly publicKey: Record<string, string>;
  readonly #privateKey: KeyObject;

  constructor(deviceId: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.deviceId = deviceId;
    this.#privateKey = privateKey;
    const { kty = '', crv = '', x = '' } = publicKey.export({ format: 'jwk' });
    this.publicKey = { kty, crv, x };
  }

  /** @param nowMs when it is made */
  password(hubId: string, nowMs: number, claims: { sub?: string; lifetimeSeconds?: number } = {}): Promise<string> {
    const seconds = Math.floor(nowMs / 1000);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(claims.sub ?? this.deviceId)
      .setAudience(hubId)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + (claims.lifetimeSeconds ?? 300))
      .setJti(`${seconds}`)
      .sign(this.#privateKey);
  }

  /** Puts the device into the store as enrolment would. */
  async addTo(store: Store, nowMs: number = START_MS): Promise<void> {
    await store.devices.add({
      id: this.deviceId,
      publicKey: this.publicKey,
      profile: 'simulated',
      profileReason: 'test',
      labels: {},
      agentVersion: '0',
      enrolledMs: nowMs,
    });
  }
}
