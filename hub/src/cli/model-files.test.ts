import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import type { StartRunRequest, StartUploadRequest } from '../api/pipeline-actions.ts';
import { RequestError } from '../errors.ts';
import type { UploadedVersion } from '../store/model-store.ts';
import type { UploadRecord } from '../store/upload-store.ts';
import { INSPECTION } from '../testing/canned-worker.ts';
import { openCommandLine } from '../testing/command-line.ts';
import { START_MS, temporaryFolder } from '../testing/hub-rig.ts';

const FILE = Buffer.from('the bytes of a model');

function modelPath(): string {
  const path = join(temporaryFolder(), 'valves.onnx');
  writeFileSync(path, FILE);
  return path;
}

/** A hub whose worker is done with an upload as soon as it comes. */
async function hubWithWorker(end: Partial<UploadRecord> = { state: 'done', version: 1 }) {
  const line = await openCommandLine();
  const { store, pipeline } = line;
  pipeline.startUpload = async (request) => {
    const [known] = await store.uploads.list();
    if (known) return { upload: known, isNew: false };
    const { calibration: _, ...file } = request;
    const upload: UploadRecord = {
      ...file,
      ...{ id: 'upload-1', state: 'inspecting', jobId: null, version: null, error: null },
      ...{ createdMs: START_MS, updatedMs: START_MS },
    };
    await store.uploads.add({ ...upload, ...end });
    const { id, model, digest, sizeBytes, fileName, description, requestedBy: by } = upload;
    const version: UploadedVersion = {
      ...{ origin: 'upload', model, version: 1, createdMs: START_MS, variants: [], classes: [], features: [] },
      ...{ releaseDigest: null, signedBy: null, evaluation: null, lineage: null },
      upload: { id, digest, sizeBytes, fileName, description, by, inspection: INSPECTION },
    };
    if (end.state === 'done') {
      await store.models.ensure({ name: model, task: 'classification', description, createdMs: START_MS });
      await store.models.addVersion(version);
    }
    return { upload, isNew: true };
  };
  return line;
}

describe('edgeloop models push', () => {
  it('hands in a file and shows what the worker found', async () => {
    const { run, store, blobs } = await hubWithWorker();
    const pushed = await run('models', 'push', modelPath(), '--name', 'valves', '--description', 'Valves');
    expect(pushed).toMatchObject({ code: 0, err: '' });
    expect(pushed.out).toMatch(/^version +valves@1\nfile +valves.onnx, 20 B, uploaded by admin\n/);
    expect(pushed.out).toMatch(/inputs +x float32 \[batch, 1\]\n/);
    expect(pushed.out).toMatch(/head +gemm \(Gemm\): 1 features, 2 classes\n/);
    expect(await blobs.size(sha256Hex(FILE))).toBe(FILE.length);
    expect((await store.uploads.list())[0]).toMatchObject({ fileName: 'valves.onnx', description: 'Valves' });
    expect((await run('models', 'list')).out).toMatch(/valves +1 /);
    expect((await run('models', 'show', 'valves')).out).toMatch(/1 +- +- +uploaded/);
    const again = await run('models', 'push', modelPath(), '--name', 'valves');
    expect(again.out).toMatch(/^the same file was handed in on .*; no new version\n\nversion +valves@1\n/);
    expect(JSON.parse((await run('models', 'push', modelPath(), '--name', 'valves', '--json')).out)).toMatchObject({
      ...{ isNew: false, upload: { version: 1 }, versionRecord: { origin: 'upload' } },
    });
  });

  it('ends with 1 and the reason when the model is refused, and when there is no file', async () => {
    const error = { code: 'MODEL_INVALID', message: 'load a model: no such operator' };
    const { run } = await hubWithWorker({ state: 'refused', error });
    const refused = await run('models', 'push', modelPath(), '--name', 'valves');
    expect(refused).toEqual({
      ...{ code: 1, out: '' },
      err: 'edgeloop: valves.onnx was refused: load a model: no such operator [MODEL_INVALID]\n',
    });
    const missing = await run('models', 'push', '/nowhere/model.onnx', '--name', 'valves');
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/^edgeloop: read \/nowhere\/model.onnx: ENOENT.* \[NOT_FOUND\]\n$/);
    expect((await run('models', 'push', modelPath())).code).toBe(2);
  });
});

describe('edgeloop uploads', () => {
  it('lists what was handed in, shows one, and cancels one', async () => {
    const { run, pipeline, store } = await hubWithWorker();
    expect((await run('uploads', 'list')).out).toBe('none; hand one in with "edgeloop models push"\n');
    await run('models', 'push', modelPath(), '--name', 'valves');
    expect((await run('uploads', 'list')).out).toMatch(/\nupload-1 +valves@1 +valves.onnx +done .* admin +-\n$/);
    expect((await run('uploads', 'show', 'upload-1')).out).toBe('upload-1 of valves@1 (valves.onnx) is done\n');
    pipeline.cancelUpload = async (id, requestedBy) => {
      const error = { code: 'CANCELLED', message: `cancelled by ${requestedBy}` };
      return { ...(await store.uploads.find(id))!, state: 'failed', version: null, error };
    };
    expect((await run('uploads', 'cancel', 'upload-1')).out).toBe(
      'upload-1 of valves (valves.onnx) is failed: cancelled by admin\n',
    );
  });
});

describe('edgeloop models push with rows', () => {
  it('hands them in, says what forms came of it, and what to do where the file is known', async () => {
    const { run, store, pipeline } = await hubWithWorker();
    const { startUpload } = pipeline;
    const asked: StartUploadRequest[] = [];
    pipeline.startUpload = (request) => {
      asked.push(request);
      return startUpload(request);
    };
    await store.datasets.add({
      ...{ name: 'lines', version: 1, digest: sha256Hex(FILE), createdMs: 0, rows: 1, sizeBytes: 1, columns: [] },
      ...{ label: null, classes: [], origin: '', parents: [], cleaning: [] },
    });
    const path = modelPath();
    const push = (...args: string[]) => run('models', 'push', path, '--name', 'valves', ...args);
    expect((await push('--calibration', 'lines', '--input', 'height=48')).code).toBe(0);
    expect(asked[0]).toMatchObject({
      ...{ quantize: true, calibration: { dataset: { name: 'lines' }, mapping: { input: { height: 48 } } } },
    });
    expect((await push('--calibration', 'lines')).out).toMatch(
      /no new version; for forms by these rows: edgeloop quantize valves@1 --calibration lines\n/,
    );
    await push('--no-quantize');
    expect(asked[2]).toMatchObject({ quantize: false, calibration: undefined });
    expect((await push('--calibration', 'nowhere')).err).toBe('edgeloop: no data set nowhere [NOT_FOUND]\n');
  });
});

describe('edgeloop train', () => {
  /** What the hub was asked for. */
  async function asked(...argv: string[]): Promise<StartRunRequest | { code: number; err: string }> {
    const { run, pipeline } = await openCommandLine();
    let request: StartRunRequest | undefined;
    pipeline.startRun = async (given) => {
      request = given;
      throw new RequestError('CONFLICT', 'enough');
    };
    const { code, err } = await run('train', ...argv);
    return request ?? { code, err };
  }

  it('starts from a version, with what the command line says about it', async () => {
    const from = ['--from', 'base@2', '--trainable', 'layer4.*', '--image', '28x28'];
    expect(await asked('digits', '--dataset', 'mnist@3', ...from)).toMatchObject({
      ...{ model: 'digits', dataset: { name: 'mnist', version: 3 } },
      recipe: {
        ...{ from: { model: 'base', version: 2 }, trainable: 'layer4.*' },
        image: { height: 28, width: 28, channels: 1 },
      },
    });
  });

  it('adds that to a recipe file, over which it has the last word', async () => {
    const file = join(temporaryFolder(), 'recipe.yaml');
    writeFileSync(file, 'epochs: 3\ntrainable: head\n');
    const request = await asked(
      'digits',
      '--dataset',
      'mnist',
      '--recipe',
      file,
      '--from',
      'base',
      '--trainable',
      'all',
    );
    expect(request).toMatchObject({ recipe: { epochs: 3, trainable: 'all', from: { model: 'base' } } });
    writeFileSync(file, '- not\n- a recipe\n');
    expect(await asked('digits', '--dataset', 'mnist', '--recipe', file, '--from', 'base')).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('recipe') },
    });
  });

  it('takes --data for the rows where no --dataset is given', async () => {
    expect(await asked('digits', '--data', 'mnist@3')).toMatchObject({ dataset: { name: 'mnist', version: 3 } });
    expect(await asked('digits', '--data', 'folder', '--dataset', 'mnist')).toMatchObject({
      dataset: { name: 'mnist' },
    });
    expect(await asked('digits')).toMatchObject({ code: 2, err: expect.stringContaining('--dataset') });
    expect(await asked('digits', '--dataset', 'mnist', '--image', 'large')).toMatchObject({ code: 2 });
  });
});
