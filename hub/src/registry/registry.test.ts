import { generateKeyPairSync } from 'node:crypto';
import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { createEd25519Signer, describeBlob, GoldenVectors, type Reference, SignedEnvelope } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import type { VariantRecord } from '../store/model-store.ts';
import { openStore } from '../store/open-store.ts';
import type { RunRecord } from '../store/run-store.ts';
import { cannedClassMetrics } from '../testing/canned-metrics.ts';
import { MemoryBlobs } from '../testing/memory-blobs.ts';
import { classifierSignature } from '../training/signature/model-signature.ts';
import { Registry, type VersionRequest } from './registry.ts';
import { runOrigin } from './run-origin.ts';
import { verifyRelease } from './verify-release.ts';

const METRICS = cannedClassMetrics(9, 10);
const REFERENCE: Reference = {
  ...{ features: [], predictedClasses: [6, 4], confidenceBins: [0, 10], accuracy: 0.9 },
  ...{ calibrationConfidence: [0.5, 1], calibrationAccuracy: [0.5, 1] },
};

function tinyModel(weight: number): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', ['batch', 1]);
  graph.node(
    'Gemm',
    ['features', graph.initializer('w', float32([weight, -weight], [1, 2]))],
    {},
    { outputs: ['probabilities'] },
  );
  return writeModel(graph.output('probabilities', 'float32', ['batch', 2]).build());
}

function runRecord(id: string): RunRecord {
  return {
    ...{ id, model: 'shuttle', state: 'evaluating', recipe: { family: 'mlp' }, seed: 7, jobId: null, results: {} },
    dataset: { name: 'shuttle', version: 1, digest: 'd'.repeat(64) },
    heldOut: null,

    recentFromRow: null,
    cause: { kind: 'request', ref: 'admin' },
    ...{ version: null, error: null, createdMs: 0, updatedMs: 0 },
  };
}

async function registryWithForms() {
  const blobs = new MemoryBlobs();
  const store = await openStore(':memory:');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = createEd25519Signer(privateKey);
  const registry = new Registry({ blobs, signer, clock: { nowMs: () => 1_700_000_000_000 }, codeVersion: '0.1.0' });
  const golden = await blobs.put(GoldenVectors.encode({ rows: 1, tolerance: 0.001 }));
  const form = async (name: string, weight: number, accepted: boolean): Promise<VariantRecord> => {
    const model = tinyModel(weight);
    const digest = await blobs.put(model);
    const figures = { metrics: METRICS, p50Ms: 0.01, p95Ms: 0.02, reasons: ['met'] };
    return { name, digest, sizeBytes: model.length, goldenDigest: golden, accepted, ...figures };
  };
  const variants = [
    await form('int8-static', 1, true),
    await form('int8-dynamic', 2, false),
    await form('float32', 3, true),
  ];
  const request = (runId: string): VersionRequest => ({
    model: 'shuttle',
    origin: runOrigin(runRecord(runId), { worker: 'worker-1', engine: 'onnxruntime-node', parentVersion: null }),
    signature: classifierSignature(['x'], ['off', 'on']),
    ...{ reference: REFERENCE, variants, quantization: null, evaluation: METRICS },
  });
  return { blobs, store, registry, request, variants, keys: [{ publicKey }], signer };
}

describe('Registry', () => {
  test('publishes a signed release of the accepted forms and makes the first version champion', async () => {
    const { registry, store, request, keys, variants, signer, blobs } = await registryWithForms();
    const version = await registry.publishVersion(store, request('run-1'));
    expect(version).toMatchObject({ model: 'shuttle', version: 1, signedBy: signer.keyId, features: ['x'] });
    expect(version.classes).toEqual(['off', 'on']);
    expect(version.lineage).toMatchObject({ runId: 'run-1', seed: 7, worker: 'worker-1', codeVersion: '0.1.0' });
    expect(await store.models.aliases('shuttle')).toEqual({ champion: 1 });
    const release = await registry.verifyVersion(store, 'shuttle', 1, keys);
    expect(release.variants.map(({ name }) => name)).toEqual(['int8-static', 'float32']);
    const [form] = release.variants;
    expect(form?.model).toEqual(describeBlob(await blobs.get(variants[0]!.digest)));
    expect(form).toMatchObject({ opset: 21, weightBytes: 8, activationBytes: 12, operators: ['Gemm'], profiles: [] });
    expect(release).toMatchObject({ model: 'shuttle', version: 1, createdMs: 1_700_000_000_000, reference: REFERENCE });
  });

  test('makes later versions challengers and never gives a number twice', async () => {
    const { registry, store, request } = await registryWithForms();
    const runs = ['run-1', 'run-2', 'run-3', 'run-4'];
    const versions = await Promise.all(runs.map((run) => registry.publishVersion(store, request(run))));
    expect(versions.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
    expect(await store.models.aliases('shuttle')).toEqual({ champion: 1, challenger: 4 });
    expect(
      (await store.models.aliasMoves('shuttle')).map(({ fromVersion, toVersion }) => [fromVersion, toVersion]),
    ).toEqual([
      [null, 1],
      [null, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  test('gives the same version again for a run that already became one', async () => {
    const { registry, store, request } = await registryWithForms();
    const first = await registry.publishVersion(store, request('run-1'));
    expect(await registry.publishVersion(store, request('run-1'))).toEqual(first);
    expect(await store.models.listVersions('shuttle')).toHaveLength(1);
  });

  test('leaves no number behind when the transaction fails', async () => {
    const { registry, store, request } = await registryWithForms();
    const prepared = await registry.prepare(request('run-1'));
    const broken = store.transaction(async (within) => {
      await registry.publish(within, prepared);
      throw new RangeError('the disk is full');
    });
    await expect(broken).rejects.toThrow(RangeError);
    expect((await registry.publishVersion(store, request('run-2'))).version).toBe(1);
  });

  test('refuses a run without an accepted form, and a reference that cannot be', async () => {
    const { registry, request } = await registryWithForms();
    const none = {
      ...request('run-1'),
      variants: request('run-1').variants.map((form) => ({ ...form, accepted: false })),
    };
    await expect(registry.prepare(none)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const wrong = { ...request('run-1'), reference: { ...REFERENCE, predictedClasses: [1, 2, 3] } };
    await expect(registry.prepare(wrong)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: 'reference of run run-1, predictedClasses: expected 2 counts, got 3',
    });
  });
});

describe('verifying a version', () => {
  test('refuses the signature of a stranger', async () => {
    const { registry, store, request } = await registryWithForms();
    await registry.publishVersion(store, request('run-1'));
    const stranger = generateKeyPairSync('ed25519').publicKey;
    const check = registry.verifyVersion(store, 'shuttle', 1, [{ publicKey: stranger }]);
    await expect(check).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  test('refuses a release whose signature does not match', async () => {
    const { registry, store, request, keys, blobs } = await registryWithForms();
    const version = await registry.publishVersion(store, request('run-1'));
    const envelope = SignedEnvelope.decode(await blobs.get(version.releaseDigest));
    envelope.payload[envelope.payload.length - 1]! ^= 1;
    const forged = await blobs.put(SignedEnvelope.encode(envelope));
    await store.transaction(async (within) => {
      await within.models.addVersion({ ...version, version: 2, releaseDigest: forged });
    });
    const check = registry.verifyVersion(store, 'shuttle', 2, keys);
    await expect(check).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: 'verify the release of shuttle@2',
    });
  });

  test('refuses a good release under the number of another', async () => {
    const { registry, store, request, keys } = await registryWithForms();
    const version = await registry.publishVersion(store, request('run-1'));
    await store.models.addVersion({ ...version, version: 9 });
    const check = registry.verifyVersion(store, 'shuttle', 9, keys);
    await expect(check).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: 'release of shuttle@9: the signed one is of shuttle@1',
    });
  });

  for (const which of ['digest', 'goldenDigest', 'releaseDigest'] as const) {
    test(`refuses a damaged blob: ${which}`, async () => {
      const { registry, store, request, keys, blobs, variants } = await registryWithForms();
      const version = await registry.publishVersion(store, request('run-1'));
      blobs.damage(which === 'releaseDigest' ? version.releaseDigest : variants[0]![which]);
      const check = registry.verifyVersion(store, 'shuttle', 1, keys);
      await expect(check).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    });
  }

  test('refuses a record that names another blob than the signed release', async () => {
    const { registry, store, request, keys, variants, blobs } = await registryWithForms();
    const version = await registry.publishVersion(store, request('run-1'));
    const swapped = { ...version, variants: [{ ...variants[0]!, digest: variants[2]!.digest }, variants[2]!] };
    const check = verifyRelease(swapped, await blobs.get(version.releaseDigest), keys, blobs);
    await expect(check).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringMatching(
        /^release of shuttle@1, form int8-static: expected digest .* in the signed release$/,
      ),
    });
  });

  test('refuses a record whose forms have other names, formats or profiles than the signed release', async () => {
    const { registry, store, request, keys, variants, blobs } = await registryWithForms();
    const version = await registry.publishVersion(store, request('run-1'));
    const envelope = await blobs.get(version.releaseDigest);
    for (const change of [{ name: 'int4' }, { format: 'float16' }, { profiles: ['x86-gateway'] }]) {
      const other = { ...version, variants: [{ ...variants[0]!, ...change }, variants[2]!] };
      await expect(verifyRelease(other, envelope, keys, blobs)).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
        message: expect.stringMatching(
          /^release of shuttle@1: expected form .*, got int8-static \(format int8-static\) for all profiles in/,
        ),
      });
    }
  });

  test('knows no version that is not there', async () => {
    const { registry, store, keys } = await registryWithForms();
    await expect(registry.verifyVersion(store, 'shuttle', 1, keys)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
