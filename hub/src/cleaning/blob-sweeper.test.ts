import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '@edgeloop/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JobCheckpoints } from '../jobs/job-checkpoints.ts';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import { silentLogger } from '../log.ts';
import { encodeCheckpoint } from '../store/checkpoint-codec.ts';
import type { UploadRecord, UploadState } from '../store/upload-store.ts';
import { type HubRig, hubRig } from '../testing/hub-rig.ts';
import { BlobSweeper } from './blob-sweeper.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

let rig: HubRig;
let sweeper: BlobSweeper;

beforeEach(async () => {
  rig = await hubRig();
  sweeper = new BlobSweeper({ ...rig, log: silentLogger });
});

afterEach(() => {
  vi.useRealTimers();
});

function lastPut(digest: string, agoMs: number): void {
  const at = (rig.clock.nowMs() - agoMs) / 1000;
  utimesSync(join(rig.folder, 'blobs', digest.slice(0, 2), digest), at, at);
}

/** A blob that was put so long ago. */
async function blob(text: string, agoMs = DAY_MS + 1): Promise<string> {
  const digest = await rig.blobs.put(Buffer.from(text));
  lastPut(digest, agoMs);
  return digest;
}

async function digestsLeft(): Promise<string[]> {
  const left: string[] = [];
  for await (const { digest } of rig.blobs.list()) left.push(digest);
  return left.sort();
}

async function upload(digest: string, state: UploadState, id: string): Promise<UploadRecord> {
  const about = { model: 'm', fileName: 'm.onnx', description: '', requestedBy: 'ada' };
  const ends = { jobId: null, version: null, error: null, createdMs: 0, updatedMs: 0 };
  const record: UploadRecord = { id, digest, state, sizeBytes: 1, ...about, ...ends };
  await rig.store.uploads.add(record);
  return record;
}

describe('a sweep', () => {
  test('deletes what no record names and nobody has put for a day, and a plan of it nothing', async () => {
    const stray = await blob('stray');
    const young = await blob('young', DAY_MS - 1);
    expect((await sweeper.plan()).unnamed).toEqual([{ digest: stray, sizeBytes: 5, putMs: expect.any(Number) }]);
    expect(await digestsLeft()).toEqual([stray, young].sort());
    expect((await sweeper.sweep()).map(({ digest }) => digest)).toEqual([stray]);
    expect(await digestsLeft()).toEqual([young]);
    expect(await sweeper.sweep()).toEqual([]);
  });

  test('keeps what any record names, wherever in its text, and not what is only told in the log', async () => {
    const setting = await blob('named by a setting');
    const deep = await blob('named deep in a run');
    await rig.store.settings.set('any', `0f${setting}`);
    const run = { results: { train: { floatModel: { digest: deep } } } };
    await rig.store.runs.add({ id: 'run-1', model: 'm', state: 'done', createdMs: 0, updatedMs: 0, ...run } as never);
    const told = await blob('told');
    await rig.store.events.add({ level: 'info', kind: 'upload.refused', message: told, detail: { told } }, 0);
    expect((await sweeper.sweep()).map(({ digest }) => digest)).toEqual([told]);
    expect(await digestsLeft()).toEqual([setting, deep].sort());
  });

  test('looks at records behind the first few hundred', async () => {
    const last = await blob('the last of many');
    for (let at = 0; at < 450; at++) await rig.store.settings.set(`setting-${at}`, at === 449 ? last : 'nothing');
    expect(await sweeper.sweep()).toEqual([]);
  });

  test('deletes files that were refused, with the jobs that looked at them, and keeps those that may become versions', async () => {
    const queue = new StoreJobQueue(rig.store, rig.clock);
    const refused = await blob('refused');
    await upload(refused, 'refused', 'upload-1');
    const job = await queue.enqueue({ kind: 'inspect', spec: { digest: refused } });
    await queue.lease('a', ['inspect']);
    await queue.fail(job, 'a', { code: 'MODEL_INVALID', message: 'no model', retryable: false });
    const both = await blob('refused once and taken elsewhere');
    await upload(both, 'failed', 'upload-2');
    await upload(both, 'done', 'upload-3');
    const waiting = await blob('waiting');
    await upload(waiting, 'inspecting', 'upload-4');
    expect((await sweeper.sweep()).map(({ digest }) => digest)).toEqual([refused]);
    expect(await digestsLeft()).toEqual([both, waiting].sort());
  });

  test('keeps checkpoints that a job can go on from, and deletes one that was never noted', async () => {
    const queue = new StoreJobQueue(rig.store, rig.clock);
    const checkpoints = new JobCheckpoints({ ...rig, queue });
    const jobId = await queue.enqueue({ kind: 'train', spec: {} });
    await queue.lease('a', ['train']);
    const bytesOf = (step: number) => Buffer.concat(encodeCheckpoint({ jobId, progress: { step }, tensors: [] }));
    const kept: string[] = [];
    for (const step of [1, 2]) {
      const bytes = bytesOf(step);
      kept.push(sha256Hex(bytes));
      const stream = (async function* () {
        yield bytes;
      })();
      await checkpoints.keep(jobId, 'a', { digest: sha256Hex(bytes), epoch: 1, step, maxBytes: 1e6 }, stream);
    }
    const lost = await rig.blobs.put(bytesOf(3));
    await queue.fail(jobId, 'a', { code: 'JOB_FAILED', message: 'no', retryable: false });
    for (const digest of [...kept, lost]) lastPut(digest, 2 * DAY_MS);
    expect((await sweeper.sweep()).map(({ digest }) => digest)).toEqual([lost]);
    expect(await digestsLeft()).toEqual(kept.sort());
  });

  test('waits for jobs that may not have told yet what they put', async () => {
    const queue = new StoreJobQueue(rig.store, rig.clock);
    const jobId = await queue.enqueue({ kind: 'train', spec: {} });
    rig.clock.advance(2 * DAY_MS);
    const before = await blob('before the job', 2 * DAY_MS + 1);
    const result = await blob('a result that is not told yet', DAY_MS + 1);
    expect((await sweeper.sweep()).map(({ digest }) => digest)).toEqual([before]);
    await queue.cancel(jobId, 'cancelled by ada');
    expect((await sweeper.sweep()).map(({ digest }) => digest)).toEqual([result]);
  });

  test('leaves what is put again while it looks', async () => {
    const again = await blob('again');
    const list = rig.blobs.list.bind(rig.blobs);
    const blobs = {
      list,
      deleteUnputSince: (digest: string, sinceMs: number) => {
        const putting = rig.blobs.put(Buffer.from('again'));
        const isGone = rig.blobs.deleteUnputSince(digest, sinceMs);
        expect(isGone).toBe(false);
        puts.push(putting);
        return isGone;
      },
    };
    const puts: Promise<string>[] = [];
    const late = new BlobSweeper({ ...rig, blobs, log: silentLogger });
    expect(await late.sweep()).toEqual([]);
    expect(await Promise.all(puts)).toEqual([again]);
    expect(rig.blobs.deleteUnputSince(again, rig.clock.nowMs() - DAY_MS)).toBe(false);
    expect(await rig.blobs.size(again)).toBe(5);
  });
});

describe('the sweeper', () => {
  test('sweeps a minute after the start and every day', async () => {
    const stray = await blob('stray');
    const another = await blob('another', -HOUR_MS);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    sweeper.start();
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(async () => expect(await digestsLeft()).toEqual([another]), { interval: 1 });
    expect(await rig.blobs.size(stray)).toBeUndefined();
    rig.clock.advance(2 * DAY_MS);
    vi.advanceTimersByTime(DAY_MS);
    await vi.waitFor(async () => expect(await digestsLeft()).toEqual([]), { interval: 1 });
    await sweeper.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
