import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { encodeCheckpoint } from '../store/checkpoint-codec.ts';
import { ManualClock, memoryStore, START_MS } from '../testing/hub-rig.ts';
import { MemoryBlobs } from '../testing/memory-blobs.ts';
import { JobCheckpoints } from './job-checkpoints.ts';
import { LEASE_MS, StoreJobQueue } from './store-job-queue.ts';

async function rig() {
  const store = await memoryStore();
  const clock = new ManualClock();
  const blobs = new MemoryBlobs();
  const queue = new StoreJobQueue(store, clock);
  const checkpoints = new JobCheckpoints({ store, blobs, queue, clock });
  const jobId = await queue.enqueue({ kind: 'train', spec: {} });
  await queue.lease('a', ['train']);
  const keep = async (step: number, of: { worker?: string; jobId?: string } = {}): Promise<string> => {
    const pieces = encodeCheckpoint({ jobId: of.jobId ?? jobId, progress: { step }, tensors: [] });
    return send(Buffer.concat(pieces), step, of.worker);
  };
  const send = async (bytes: Uint8Array, step = 1, worker = 'a'): Promise<string> => {
    const digest = sha256Hex(bytes);
    const stream = (async function* () {
      yield bytes;
    })();
    await checkpoints.keep(jobId, worker, { digest, epoch: 1, step, maxBytes: 1e6 }, stream);
    return digest;
  };
  return { store, clock, blobs, queue, checkpoints, jobId, keep, send };
}

describe('the checkpoints of a job', () => {
  it('are the newest one, and whoever has the job next finds it', async () => {
    const { keep, clock, queue, blobs, jobId } = await rig();
    await keep(10);
    await keep(20);
    const digest = await keep(30);
    clock.advance(LEASE_MS + 1);
    expect(await queue.lease('b', ['train'])).toMatchObject({
      id: jobId,
      checkpoint: { digest, epoch: 1, step: 30, atMs: START_MS },
    });
    // The one before stays until the next has come, so that no kill of the hub loses both.
    expect(blobs.digests).toHaveLength(2);
  });

  it('are dropped with the job, and once more changes nothing', async () => {
    const { keep, checkpoints, store, blobs, jobId } = await rig();
    await keep(10);
    await keep(20);
    await checkpoints.drop(jobId);
    await checkpoints.drop(jobId);
    expect(blobs.digests).toEqual([]);
    expect((await store.jobs.find(jobId))?.checkpoint).toBeNull();
  });

  it('stay when the same one comes twice', async () => {
    const { keep, blobs, store, jobId } = await rig();
    const digest = await keep(10);
    expect(await keep(10)).toBe(digest);
    await keep(20);
    expect(await keep(10)).toBe(digest);
    expect((await store.jobs.find(jobId))?.checkpoint?.digest).toBe(digest);
    expect(blobs.digests).toContain(digest);
  });

  it('of an attempt that got further than all before make it one that does not count', async () => {
    const { keep, queue, store, jobId } = await rig();
    const dieAt = async (step: number): Promise<string> => {
      await keep(step);
      await queue.takeBack('a', { code: 'JOB_FAILED', message: 'killed' });
      const next = await queue.lease('a', ['train']);
      return next ? `${next.attempt} of ${next.maxAttempts}` : 'none';
    };
    expect(await dieAt(10)).toBe('2 of 4');
    // It began again, and what it did had been done before.
    expect(await dieAt(5)).toBe('3 of 4');
    expect(await dieAt(10)).toBe('4 of 4');
    expect(await dieAt(11)).toBe('5 of 7');
    expect(await dieAt(11)).toBe('6 of 7');
    expect(await dieAt(11)).toBe('7 of 7');
    expect(await dieAt(11)).toBe('none');
    expect(await store.jobs.find(jobId)).toMatchObject({ state: 'failed', error: { message: 'killed' } });
  });

  it('come only from the worker that has the job', async () => {
    const { keep, queue, blobs, clock, jobId } = await rig();
    await expect(keep(10, { worker: 'b' })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(blobs.digests).toEqual([]);
    clock.advance(LEASE_MS + 1);
    await queue.lease('b', ['train']);
    await expect(keep(10)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await queue.cancel(jobId, 'cancelled by ada');
    await expect(keep(10, { worker: 'b' })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('are never a blob of somebody else, because they are dropped one day', async () => {
    const { keep, send, blobs, store, jobId } = await rig();
    const model = await blobs.put(Buffer.from('a model that devices run'));
    await expect(send(Buffer.from('a model that devices run'))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'checkpoint: expected bytes that start with ELK2, got "a mo"',
    });
    await expect(keep(10, { jobId: 'job-other' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect((await store.jobs.find(jobId))?.checkpoint).toBeNull();
    expect(await blobs.size(model)).toBeGreaterThan(0);
  });
});
