import { profileNames } from '@edgeloop/firmware-profiles';
import { Release, SignedEnvelope } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import type { StartQuantizationRequest } from '../api/pipeline-actions.ts';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import { AgreementSpecSchema, QuantizeSpecSchema } from '../quantization/quantize-job.ts';
import type { QuantizationRecord } from '../store/quantization-store.ts';
import { LoopRig, PLAN } from '../testing/loop-rig.ts';

const ASKED: StartQuantizationRequest = { model: 'pump', version: 1, publish: false, requestedBy: 'ann' };

/** With pump@1, which a run has made. */
async function withVersion(killAfter?: number): Promise<LoopRig> {
  const rig = await LoopRig.open(killAfter);
  const isThere = async (): Promise<boolean> => (await rig.store.runs.list()).length > 0;
  await rig.ask(isThere, (pipeline) =>
    pipeline.startRun({ model: 'pump', dataset: { name: 'pumps' }, requestedBy: 'ann' }),
  );
  await rig.until(async () => (await rig.store.models.findVersion('pump', 1)) !== undefined, 20);
  return rig;
}

async function quantized(request: Partial<StartQuantizationRequest>, killAfter?: number): Promise<LoopRig> {
  const rig = await withVersion(killAfter);
  const isThere = async (): Promise<boolean> => (await rig.store.quantizations.list()).length > 0;
  await rig.ask(isThere, (pipeline) => pipeline.startQuantization({ ...ASKED, ...request }));
  await rig.until(async () => (await only(rig)).state === 'done', 10);
  return rig;
}

async function only(rig: LoopRig): Promise<QuantizationRecord> {
  const [record, ...others] = await rig.store.quantizations.list();
  expect(others).toEqual([]);
  return record!;
}

/** New forms every time that the worker is asked. */
function makeNewForms(rig: LoopRig): void {
  const { quantize } = rig.worker.answers;
  rig.worker.answers.quantize = (job) => {
    const { variants, report } = quantize(job) as { variants: { digest: string }[]; report: unknown };
    const { runId } = job.spec as { runId?: string };
    const isFirst = runId !== undefined && rig.worker.done.filter((kind) => kind === 'quantize').length === 0;
    const [smaller, float] = variants;
    return isFirst ? { variants: [float], report } : { variants: [smaller, float], report };
  };
}

async function published(killAfter?: number): Promise<LoopRig> {
  const rig = await LoopRig.open(killAfter);
  makeNewForms(rig);
  const runs = async (): Promise<boolean> => (await rig.store.runs.list()).length > 0;
  await rig.ask(runs, (pipeline) =>
    pipeline.startRun({ model: 'pump', dataset: { name: 'pumps' }, requestedBy: 'ann' }),
  );
  await rig.until(async () => (await rig.store.models.findVersion('pump', 1)) !== undefined, 20);
  const isThere = async (): Promise<boolean> => (await rig.store.quantizations.list()).length > 0;
  await rig.ask(isThere, (pipeline) => pipeline.startQuantization({ ...ASKED, publish: true }));
  await rig.until(async () => (await only(rig)).state === 'done', 10);
  return rig;
}

async function stateOf({ store, worker }: LoopRig): Promise<unknown> {
  const records = await store.quantizations.list();
  return {
    quantizations: records.map(({ state, publishedVersion, error }) => ({ state, publishedVersion, error })),
    versions: (await store.models.listVersions('pump')).map(({ version, variants }) => [version, variants.length]),
    aliases: await store.models.aliases('pump'),
    jobs: [...worker.done],
    events: (await store.events.list({ model: 'pump' })).map(({ kind }) => kind),
  };
}

describe('a quantization of a version of the hub', () => {
  test('goes by its data, its recipe and the profiles of the fleet, and ends with forms and a report', async () => {
    const rig = await quantized({});
    const record = await only(rig);
    expect(record).toMatchObject({
      ...{ state: 'done', publishedVersion: null, error: null, dataset: { name: 'pumps', version: 1 } },
      ...{ goals: { maxAccuracyDrop: 0.005 }, report: { notes: ['this report comes from a can'] } },
    });
    expect(record.variants.map(({ name, profiles }) => [name, profiles])).toEqual([
      ['int8-static', ['x86-vnni']],
      ['float32', []],
    ]);
    const profiles = [...new Set((await rig.store.devices.list()).map(({ profile }) => profile))];
    expect(record.profiles).toEqual(profiles);
    const job = await rig.store.jobs.find(record.jobId!);
    const spec = QuantizeSpecSchema.parse(job?.spec);
    expect(spec).toMatchObject({ inputs: [{ name: 'features' }], target: { column: 'outcome' }, profiles, seed: 1 });
    expect(spec.previous.map(({ name }) => name)).toEqual(['int8-static']);
    expect(await rig.store.models.listVersions('pump')).toHaveLength(1);
  });

  test('takes the goals and profiles that are said', async () => {
    const asked = { profiles: ['x86-vnni', 'raspberry-pi-5'], goals: { maxAccuracyDrop: 0.02, maxRelativeDrop: 1 } };
    const { goals, profiles } = await only(await quantized(asked));
    expect(goals).toEqual({ maxAccuracyDrop: 0.02, maxRelativeDrop: 1, maxLatencyShare: 1 });
    expect([...profiles].sort()).toEqual([...asked.profiles].sort());
    // The canned float form has 100 bytes.
    const bySize = await only(await quantized({ goals: { maxSizeBytes: 30 } }));
    expect(bySize.goals).toMatchObject({ maxSizeShare: 0.3 });
  });

  test('is refused for profiles, versions and rows that it cannot take', async () => {
    const rig = await withVersion();
    const start = (request: Partial<StartQuantizationRequest>) =>
      rig.pipeline.startQuantization({ ...ASKED, ...request });
    await expect(start({ profiles: ['toaster'] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `no firmware profile toaster; there are ${profileNames().join(', ')}`,
    });
    await expect(start({ version: 7 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(start({ calibration: { dataset: { name: 'pumps' } } })).rejects.toMatchObject({
      ...{ code: 'INVALID_INPUT', message: expect.stringContaining('judged by the data set it was trained on') },
    });
    expect(await rig.store.quantizations.list()).toEqual([]);
  });

  test('ends when somebody cancels it, and only while it is under way', async () => {
    const rig = await withVersion();
    const { id, jobId } = await rig.pipeline.startQuantization(ASKED);
    const ended = await rig.pipeline.cancelQuantization(id, 'ann');
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'CANCELLED', message: 'cancelled by ann' } });
    expect(await rig.store.jobs.find(jobId!)).toMatchObject({ state: 'cancelled' });
    await expect(rig.pipeline.cancelQuantization(id, 'ann')).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: `${id} is failed, and only one that is under way can be cancelled` },
    });
    await expect(rig.pipeline.cancelQuantization('none', 'ann')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('looks at the whole library where no device is enrolled', async () => {
    const rig = await withVersion();
    for (const { id } of await rig.store.devices.list()) await rig.store.devices.revoke(id, 1);
    const { profiles } = await rig.pipeline.startQuantization(ASKED);
    expect(profiles).toEqual(profileNames());
  });

  test('fails with what the worker says', async () => {
    const rig = await withVersion();
    const { id, jobId } = await rig.pipeline.startQuantization(ASKED);
    const queue = new StoreJobQueue(rig.store, rig.clock);
    await queue.lease('other', ['quantize']);
    await rig.tick();
    expect(await rig.store.quantizations.find(id)).toMatchObject({ state: 'running' });
    await queue.fail(jobId!, 'other', { code: 'MODEL_INVALID', message: 'no such operator', retryable: false });
    await rig.tick();
    expect(await rig.store.quantizations.find(id)).toMatchObject({
      ...{ state: 'failed', error: { code: 'MODEL_INVALID', message: 'no such operator' } },
    });
  });
});

describe('a published quantization', () => {
  test('is a challenger with the same float model, signed, and says what it was made from', async () => {
    const rig = await published();
    const { id, publishedVersion } = await only(rig);
    expect(publishedVersion).toBe(2);
    const [first, second] = await rig.store.models.listVersions('pump');
    if (first?.origin !== 'run' || second?.origin !== 'run') throw new TypeError('expected two versions of runs');
    expect(second.variants.map(({ name }) => name)).toEqual(['int8-static', 'float32']);
    expect(second.variants.at(-1)?.digest).toBe(first.variants.at(-1)?.digest);
    expect(second.lineage).toEqual({
      ...first.lineage,
      ...{ parentVersion: 1, derivedFrom: { version: 1, quantizationId: id }, cause: { kind: 'request', ref: 'ann' } },
    });
    expect(second).toMatchObject({ evaluation: first.evaluation, quantization: { notes: expect.any(Array) } });
    expect(await rig.store.models.aliases('pump')).toEqual({ champion: 1, challenger: 2 });
    const envelope = SignedEnvelope.decode(await rig.blobs.get(second.releaseDigest));
    const release = Release.decode(envelope.payload);
    expect(release.variants.map(({ name, format, profiles }) => ({ name, format, profiles }))).toEqual([
      { name: 'int8-static', format: 'int8-static', profiles: ['x86-vnni'] },
      { name: 'float32', format: 'float32', profiles: [] },
    ]);
    await rig.pipeline.startRollout({ model: 'pump', version: 2, plan: PLAN, requestedBy: 'ann' });
  });

  test('ends as if nothing had happened, whichever commit the hub is killed after', async () => {
    const calm = await published();
    const expected = await stateOf(calm);
    expect(calm.kill.commits).toBeGreaterThanOrEqual(6);
    for (let killAfter = 1; killAfter <= calm.kill.commits; killAfter++) {
      expect(await stateOf(await published(killAfter))).toEqual(expected);
    }
  });

  test('of the forms that a version made of the same run has already gives that version again', async () => {
    const rig = await published();
    const { id } = await rig.pipeline.startQuantization({ ...ASKED, publish: true });
    await rig.until(async () => (await rig.store.quantizations.find(id))?.state === 'done', 10);
    expect(await rig.store.quantizations.find(id)).toMatchObject({ publishedVersion: 2, wasPublished: true });
    expect(await rig.store.models.listVersions('pump')).toHaveLength(2);
    const events = await rig.store.events.list({ kind: 'quantization.done' });
    expect(events.map(({ message }) => message)).toContain(
      `${id} of pump@1 is done: pump@2 has its forms already, so there is no new version`,
    );
  });

  test('of the forms that the version has already makes no new version', async () => {
    const rig = await quantized({ publish: true });
    expect(await only(rig)).toMatchObject({ state: 'done', publishedVersion: null });
    expect(await rig.store.models.listVersions('pump')).toHaveLength(1);
    const [event] = await rig.store.events.list({ kind: 'quantization.done' });
    expect(event?.message).toMatch(/pump@1 has the same forms, so there is no new version$/);
  });
});

describe('a quantization of an uploaded version', () => {
  async function withUpload(): Promise<LoopRig> {
    const rig = await withVersion();
    const { variants } = (await rig.store.models.findVersion('pump', 1))!;
    const file = { digest: variants.at(-1)!.digest, sizeBytes: 100, fileName: 'a.onnx', description: '' };
    await rig.pipeline.startUpload({ ...file, model: 'valves', requestedBy: 'ann' });
    await rig.until(async () => (await rig.store.models.findVersion('valves', 1)) !== undefined, 10);
    return rig;
  }

  test('is refused at once for images that the columns cannot be', async () => {
    const rig = await withUpload();
    const image = { height: 20, width: 28, channels: 1 };
    const calibration = { dataset: { name: 'pumps' }, mapping: { columns: ['temperature'], image } };
    await expect(rig.pipeline.startQuantization({ ...ASKED, model: 'valves', calibration })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'calibration: image must have one column of pumps@1 a pixel: expected 560, got 1',
    });
    expect(await rig.store.quantizations.list()).toEqual([]);
  });

  test('is judged by agreement, with the rows that are named', async () => {
    const rig = await withUpload();
    const mapping = { columns: ['temperature'], input: { scale: 2, resize: 'linear' } } as const;
    const calibration = { dataset: { name: 'pumps' }, mapping: { ...mapping, columns: [...mapping.columns] } };
    await rig.pipeline.startQuantization({ ...ASKED, model: 'valves', calibration });
    await rig.until(async () => (await only(rig)).state === 'done', 10);
    const record = await only(rig);
    expect(record).toMatchObject({ dataset: { name: 'pumps', version: 1 }, publishedVersion: null });
    expect(record.variants[0]).toMatchObject({ quality: { figure: 'agreement' } });
    const job = await rig.store.jobs.find(record.jobId!);
    expect(AgreementSpecSchema.parse(job?.spec).calibration).toMatchObject({ label: 'outcome', mapping });
  });

  test('is refused for rows with misspelt columns', async () => {
    const rig = await withUpload();
    const calibration = { dataset: { name: 'pumps' }, mapping: { columns: ['temprature'] } };
    await expect(rig.pipeline.startQuantization({ ...ASKED, model: 'valves', calibration })).rejects.toMatchObject({
      ...{
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/^calibration: pumps@1 has no column temprature; it has /),
      },
    });
    expect(await rig.store.quantizations.list()).toEqual([]);
  });

  test('is refused where it should become a release', async () => {
    const rig = await withUpload();
    const start = rig.pipeline.startQuantization({ ...ASKED, model: 'valves', publish: true });
    await expect(start).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: expect.stringMatching(/^version valves@1 was uploaded: .* cannot be published/) },
    });
  });
});
