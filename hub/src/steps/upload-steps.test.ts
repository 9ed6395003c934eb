import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import { AgreementSpecSchema } from '../quantization/quantize-job.ts';
import { LoopRig, PLAN } from '../testing/loop-rig.ts';

function modelFile(weight: number): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 1]);
  graph.node('Gemm', ['x', graph.initializer('w', float32([weight, -weight], [1, 2]))], {}, { outputs: ['y'] });
  return writeModel(graph.output('y', 'float32', ['batch', 2]).build());
}

async function requestOf(rig: LoopRig, model = 'valves', bytes: Uint8Array = modelFile(1)) {
  const digest = await rig.blobs.put(bytes);
  const about = { fileName: 'valves.onnx', description: 'Valves', requestedBy: 'ann' };
  return { model, digest, sizeBytes: bytes.length, ...about };
}

async function uploaded(killAfter?: number, quantize = false): Promise<LoopRig> {
  const rig = await LoopRig.open(killAfter);
  const calibration = quantize ? { dataset: { name: 'pumps' } } : undefined;
  const request = { ...(await requestOf(rig)), quantize, calibration };
  const isThere = async (): Promise<boolean> => (await rig.store.uploads.list()).length > 0;
  await rig.ask(isThere, (pipeline) => pipeline.startUpload(request));
  for (let second = 0; second < 4; second++) await rig.second();
  return rig;
}

async function stateOf({ store, worker }: LoopRig): Promise<unknown> {
  return {
    uploads: (await store.uploads.list()).map(({ model, state, version }) => ({ model, state, version })),
    versions: (await store.models.listVersions('valves')).map(({ version, origin, variants }) => {
      return { version, origin, variants: variants.map(({ name }) => name) };
    }),
    aliases: await store.models.aliases('valves'),
    jobs: [...worker.done],
    events: (await store.events.list({ model: 'valves' })).map(({ kind }) => kind),
  };
}

describe('an upload', () => {
  test('becomes the next version, to which no alias points, with what the worker found', async () => {
    const rig = await uploaded();
    const version = await rig.store.models.findVersion('valves', 1);
    expect(version).toMatchObject({
      ...{ origin: 'upload', releaseDigest: null, evaluation: null, lineage: null, variants: [] },
      upload: { fileName: 'valves.onnx', description: 'Valves', by: 'ann', inspection: { engine: 'canned' } },
    });
    expect(await rig.store.models.find('valves')).toMatchObject({ task: 'classification', description: 'Valves' });
    expect(await stateOf(rig)).toMatchObject({ aliases: {}, events: ['upload.started', 'upload.done'] });
  });

  test('ends as if nothing had happened, whichever commit the hub is killed after', async () => {
    const calm = await uploaded();
    const expected = await stateOf(calm);
    expect(calm.kill.commits).toBeGreaterThanOrEqual(2);
    for (let killAfter = 1; killAfter <= calm.kill.commits; killAfter++) {
      expect(await stateOf(await uploaded(killAfter))).toEqual(expected);
    }
  });

  test('of the same file for the same model gives what is there, before and after it is a version', async () => {
    const rig = await LoopRig.open();
    const request = await requestOf(rig);
    const first = await rig.pipeline.startUpload(request);
    expect(first.isNew).toBe(true);
    const again = await rig.pipeline.startUpload(request);
    expect(again).toEqual({ upload: first.upload, isNew: false });
    await rig.second();
    expect(await rig.pipeline.startUpload(request)).toMatchObject({
      isNew: false,
      upload: { state: 'done', version: 1 },
    });
    expect((await rig.pipeline.startUpload(await requestOf(rig, 'valves', modelFile(2)))).isNew).toBe(true);
    expect((await rig.pipeline.startUpload({ ...request, model: 'other' })).isNew).toBe(true);
    await rig.second();
    expect(await rig.store.models.listVersions('valves')).toMatchObject([{ version: 1 }, { version: 2 }]);
  });

  test('is refused with what the runtime says, and may be tried again', async () => {
    const rig = await LoopRig.open();
    const request = await requestOf(rig);
    const { upload } = await rig.pipeline.startUpload(request);
    const queue = new StoreJobQueue(rig.store, rig.clock);
    const job = await queue.lease('other', ['inspect']);
    const failure = { code: 'MODEL_INVALID', message: 'load a model: no such operator', retryable: false };
    await queue.fail(job!.id, 'other', failure);
    await rig.tick();
    expect(await rig.store.uploads.find(upload.id)).toMatchObject({
      ...{ state: 'refused', version: null },
      error: { code: 'MODEL_INVALID', message: 'load a model: no such operator' },
    });
    expect(await rig.store.models.find('valves')).toBeUndefined();
    expect((await rig.store.events.list({ kind: 'upload.refused' }))[0]?.message).toContain('no such operator');
    expect((await rig.pipeline.startUpload(request)).isNew).toBe(true);
  });

  test('ends when somebody cancels it, only while it is under way, and may be handed in again', async () => {
    const rig = await LoopRig.open();
    const request = await requestOf(rig);
    const { upload } = await rig.pipeline.startUpload(request);
    expect(await rig.pipeline.cancelUpload(upload.id, 'ann')).toMatchObject({
      ...{ state: 'failed', error: { code: 'CANCELLED', message: 'cancelled by ann' } },
    });
    expect(await rig.store.jobs.find(upload.jobId!)).toMatchObject({ state: 'cancelled' });
    await expect(rig.pipeline.cancelUpload(upload.id, 'ann')).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: `${upload.id} is failed, and only one that is under way can be cancelled` },
    });
    await expect(rig.pipeline.cancelUpload('none', 'ann')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await rig.pipeline.startUpload(request)).isNew).toBe(true);
  });

  test('fails when a worker gives what nobody can read', async () => {
    const rig = await LoopRig.open();
    rig.worker.answers.inspect = () => ({ inspection: {} });
    const { upload } = await rig.pipeline.startUpload(await requestOf(rig));
    await rig.second();
    const { state, error } = (await rig.store.uploads.find(upload.id))!;
    expect(state).toBe('failed');
    expect(error).toMatchObject({ code: 'DATA_INVALID', message: expect.stringContaining('result.inspection.inputs') });
  });

  test('of bytes that are no sound model is refused at once, with every reason', async () => {
    const rig = await LoopRig.open();
    const garbage = await requestOf(rig, 'valves', Buffer.from('not a model'));
    await expect(rig.pipeline.startUpload(garbage)).rejects.toMatchObject({
      ...{ code: 'MODEL_INVALID', message: expect.stringMatching(/^model file: Expected an ONNX model, got/) },
    });
    const graph = new GraphBuilder();
    graph.node('Add', ['nowhere', 'neither'], {}, { outputs: ['y'] });
    const unsound = await requestOf(rig, 'valves', writeModel(graph.output('y', 'float32').build()));
    await expect(rig.pipeline.startUpload(unsound)).rejects.toMatchObject({
      message: expect.stringMatching(/nowhere .* must be defined.*\(and 1 more\)$/),
      details: { faults: [expect.stringContaining('nowhere'), expect.stringContaining('neither')] },
    });
    expect(await rig.store.uploads.list()).toEqual([]);
  });
});

describe('an upload of which smaller forms are wanted', () => {
  test('becomes a version with forms that were judged by agreement, and the report', async () => {
    const rig = await uploaded(undefined, true);
    const version = (await rig.store.models.findVersion('valves', 1))!;
    expect(version).toMatchObject({ origin: 'upload', quantization: { calibration: { source: 'dataset' } } });
    expect(version.variants.map(({ name, format }) => [name, format])).toEqual([
      ['int8-static', 'int8-static'],
      ['float32', 'float32'],
    ]);
    expect(version.variants[0]).toMatchObject({ quality: { figure: 'agreement' } });
    const [upload] = await rig.store.uploads.list();
    expect(upload).toMatchObject({ state: 'done', inspection: null, calibration: { dataset: { version: 1 } } });
    expect(AgreementSpecSchema.parse((await rig.store.jobs.find(upload!.jobId!))?.spec)).toMatchObject({
      ...{ model: 'valves', goals: { maxAccuracyDrop: 0.005 }, calibration: { label: 'outcome' } },
    });
  });

  test('ends as if nothing had happened, whichever commit the hub is killed after', async () => {
    const calm = await uploaded(undefined, true);
    const expected = await stateOf(calm);
    expect(calm.kill.commits).toBeGreaterThanOrEqual(3);
    for (let killAfter = 1; killAfter <= calm.kill.commits; killAfter++) {
      expect(await stateOf(await uploaded(killAfter, true))).toEqual(expected);
    }
  });

  test('is a version also when no forms could be looked for, and says why', async () => {
    const rig = await LoopRig.open();
    await rig.pipeline.startUpload({ ...(await requestOf(rig)), quantize: true });
    const queue = new StoreJobQueue(rig.store, rig.clock);
    const inspect = await queue.lease('other', ['inspect']);
    await queue.complete(inspect!.id, 'other', rig.worker.answers.inspect(inspect!));
    await rig.tick();
    expect(await rig.store.uploads.list()).toMatchObject([{ state: 'quantizing' }]);
    const quantize = await queue.lease('other', ['quantize']);
    await queue.fail(quantize!.id, 'other', { code: 'OUT_OF_MEMORY', message: 'memory ran out', retryable: false });
    await rig.tick();
    expect(await rig.store.models.findVersion('valves', 1)).toMatchObject({
      ...{ variants: [], quantization: null, upload: { unquantized: 'memory ran out' } },
    });
  });

  test('is a version without forms when somebody cancels the search for them', async () => {
    const rig = await LoopRig.open();
    const { upload } = await rig.pipeline.startUpload({ ...(await requestOf(rig)), quantize: true });
    const queue = new StoreJobQueue(rig.store, rig.clock);
    const inspect = await queue.lease('other', ['inspect']);
    await queue.complete(inspect!.id, 'other', rig.worker.answers.inspect(inspect!));
    await rig.tick();
    expect(await rig.pipeline.cancelUpload(upload.id, 'ann')).toMatchObject({ state: 'done', version: 1 });
    expect(await rig.store.models.findVersion('valves', 1)).toMatchObject({
      ...{ variants: [], upload: { unquantized: 'cancelled by ann' } },
    });
  });

  test('is refused when there is no such data set', async () => {
    const rig = await LoopRig.open();
    const request = { ...(await requestOf(rig)), quantize: true, calibration: { dataset: { name: 'lines' } } };
    await expect(rig.pipeline.startUpload(request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await rig.store.uploads.list()).toEqual([]);
  });
});

describe('an uploaded version', () => {
  test('is not rolled out: it has no release', async () => {
    const rig = await uploaded();
    const request = { model: 'valves', version: 1, plan: PLAN, requestedBy: 'ann' };
    await expect(rig.pipeline.startRollout(request)).rejects.toMatchObject({
      ...{
        code: 'CONFLICT',
        message: expect.stringMatching(/^version valves@1 was uploaded and has no signed release/),
      },
    });
  });

  test('leaves it to the first version with a release to become the champion', async () => {
    const rig = await uploaded();
    await rig.pipeline.startRun({ model: 'valves', dataset: { name: 'pumps' }, requestedBy: 'ann' });
    await rig.until(async () => (await rig.store.models.findVersion('valves', 2)) !== undefined, 10);
    expect(await rig.store.models.aliases('valves')).toEqual({ champion: 2 });
  });
});
