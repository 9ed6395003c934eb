import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import type { StartUploadRequest } from '../api/pipeline-actions.ts';
import { RequestError } from '../errors.ts';
import type { UploadRecord } from '../store/upload-store.ts';
import { apiRig } from '../testing/api-rig.ts';
import { INSPECTION } from '../testing/canned-worker.ts';
import { START_MS } from '../testing/hub-rig.ts';
import { problemOf } from '../testing/problem-of.ts';

const FILE = Buffer.from('the bytes of a model');
const DIGEST = sha256Hex(FILE);

const UPLOAD: UploadRecord = {
  ...{ id: 'upload-1', model: 'valves', state: 'inspecting', digest: DIGEST, sizeBytes: FILE.length },
  ...{ fileName: 'valves.onnx', description: '', requestedBy: 'operator', jobId: null, version: null, error: null },
  ...{ createdMs: START_MS, updatedMs: START_MS },
};

describe('uploads of models', () => {
  it('are kept as blobs before anybody hears of them, and say whether they are new', async () => {
    const rig = await apiRig();
    const asked: unknown[] = [];
    rig.pipeline.startUpload = async (request) => {
      expect(await rig.blobs.size(request.digest)).toBe(FILE.length);
      asked.push(request);
      return { upload: UPLOAD, isNew: asked.length === 1 };
    };
    const path = `/uploads?model=valves&digest=${DIGEST}&fileName=valves.onnx`;
    const first = await rig.ask('POST', path, { as: 'operator', bytes: FILE });
    expect(first.status).toBe(202);
    expect(await first.json()).toMatchObject({ isNew: true, upload: { id: 'upload-1', progress: null } });
    expect((await rig.ask('POST', path, { as: 'operator', bytes: FILE })).status).toBe(200);
    expect(asked[0]).toEqual({
      ...{ model: 'valves', digest: DIGEST, sizeBytes: FILE.length, fileName: 'valves.onnx', description: '' },
      ...{ requestedBy: 'operator', quantize: true, calibration: undefined },
    });
  });

  it('take along whether smaller forms are wanted, and the rows to look for them by', async () => {
    const rig = await apiRig();
    const asked: StartUploadRequest[] = [];
    rig.pipeline.startUpload = async (request) => {
      asked.push(request);
      return { upload: UPLOAD, isNew: true };
    };
    const post = (calibration: unknown): Promise<Response> => {
      const query = new URLSearchParams({ model: 'valves', digest: DIGEST, calibration: JSON.stringify(calibration) });
      return rig.ask('POST', `/uploads?${query}`, { as: 'operator', bytes: FILE });
    };
    await rig.ask('POST', `/uploads?model=valves&digest=${DIGEST}&quantize=false`, { as: 'operator', bytes: FILE });
    expect(asked[0]).toMatchObject({ quantize: false });
    const rows = { dataset: { name: 'lines' }, mapping: { image: { height: 28, width: 28 }, input: { height: 48 } } };
    expect(await problemOf(await post(rows))).toMatchObject({ code: 'NOT_FOUND', detail: 'no data set lines' });
    expect(await problemOf(await post({ ...rows, mapping: { input: { heigth: 48 } } }))).toMatchObject({
      ...{ code: 'INVALID_INPUT', detail: expect.stringMatching(/^calibration.mapping.input: .*heigth/) },
    });
    await rig.store.datasets.add({
      ...{ name: 'lines', version: 1, digest: DIGEST, createdMs: 0, rows: 1, sizeBytes: 1, columns: [], label: null },
      ...{ classes: [], origin: '', parents: [], cleaning: [] },
    });
    expect((await post(rows)).status).toBe(202);
    expect(asked[1]?.calibration).toMatchObject({ mapping: { image: { channels: 1 }, input: { height: 48 } } });
    expect(asked).toHaveLength(2);
  });

  it('are refused when bytes and digest differ, when there are too many bytes, and from who may not', async () => {
    const rig = await apiRig();
    const post = (digest: string, as: 'operator' | 'viewer' = 'operator') =>
      rig.ask('POST', `/uploads?model=valves&digest=${digest}`, { as, bytes: FILE });
    expect(await problemOf(await post('0'.repeat(64)))).toMatchObject({ code: 'DIGEST_MISMATCH', status: 422 });
    expect(await problemOf(await post('nonsense'))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await problemOf(await post(DIGEST, 'viewer'))).toMatchObject({ code: 'FORBIDDEN' });
    rig.blobs.putStream = async () => {
      throw new RequestError('TOO_LARGE', 'a blob may have fewer bytes');
    };
    expect(await problemOf(await post(DIGEST))).toMatchObject({
      ...{ code: 'TOO_LARGE', detail: 'a model file may have 536870912 bytes, got more', maxBytes: 536_870_912 },
    });
  });

  it('are cancelled by who may', async () => {
    const rig = await apiRig();
    const asked: unknown[] = [];
    rig.pipeline.cancelUpload = async (id, requestedBy) => {
      asked.push({ id, requestedBy });
      return { ...UPLOAD, state: 'failed', error: { code: 'CANCELLED', message: 'cancelled by operator' } };
    };
    const post = (as: 'operator' | 'viewer') => rig.ask('POST', '/uploads/upload-1/cancel', { as });
    expect(await (await post('operator')).json()).toMatchObject({ state: 'failed', error: { code: 'CANCELLED' } });
    expect(await problemOf(await post('viewer'))).toMatchObject({ code: 'FORBIDDEN' });
    expect(asked).toEqual([{ id: 'upload-1', requestedBy: 'operator' }]);
  });

  it('are listed and shown', async () => {
    const { ask, store } = await apiRig();
    await store.uploads.add(UPLOAD);
    const list = await ask('GET', '/uploads?model=valves', { as: 'viewer' });
    expect(await list.json()).toMatchObject({ uploads: [{ id: 'upload-1', state: 'inspecting' }] });
    const shown = await ask('GET', '/uploads/upload-1', { as: 'viewer' });
    expect(await shown.json()).toMatchObject({ id: 'upload-1', progress: null });
    expect(await problemOf(await ask('GET', '/uploads/upload-2', { as: 'viewer' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('an uploaded version', () => {
  it('is shown like any other, and takes every alias but those of devices', async () => {
    const { ask, store } = await apiRig();
    const { id, digest, sizeBytes, fileName } = UPLOAD;
    await store.models.ensure({ name: 'valves', task: 'classification', description: '', createdMs: START_MS });
    await store.models.addVersion({
      ...{
        origin: 'upload',
        model: 'valves',
        version: 1,
        createdMs: START_MS,
        variants: [],
        classes: [],
        features: [],
      },
      ...{ releaseDigest: null, signedBy: null, evaluation: null, lineage: null },
      upload: { id, digest, sizeBytes, fileName, description: '', by: 'operator', inspection: INSPECTION },
    });
    const shown = await ask('GET', '/models/valves', { as: 'viewer' });
    expect(await shown.json()).toMatchObject({ versions: [{ origin: 'upload', upload: { inspection: INSPECTION } }] });
    const move = (alias: string) =>
      ask('PUT', `/models/valves/aliases/${alias}`, { as: 'operator', body: { version: 1 } });
    for (const alias of ['champion', 'challenger']) {
      expect(await problemOf(await move(alias))).toMatchObject({
        ...{ code: 'CONFLICT', detail: expect.stringContaining('--from valves@1') },
      });
    }
    expect((await move('base')).status).toBe(200);
  });
});
