import { describe, expect, it } from 'vitest';
import { ManualClock, memoryStore } from '../testing/hub-rig.ts';
import { MAX_ATTEMPTS } from './job-queue.ts';
import { LEASE_MS, StoreJobQueue } from './store-job-queue.ts';
import { workerEnd } from './worker-end.ts';

async function openQueue() {
  const clock = new ManualClock();
  const store = await memoryStore();
  return { clock, store, queue: new StoreJobQueue(store, clock) };
}

const KILLED = workerEnd(null, 'SIGKILL');
const TRAIN = { kind: 'train', spec: { runId: 'run-1' } } as const;

describe('StoreJobQueue', () => {
  it('gives each job to one worker only, however many ask at once', async () => {
    const { queue } = await openQueue();
    const ids = [await queue.enqueue(TRAIN), await queue.enqueue(TRAIN), await queue.enqueue(TRAIN)];
    const leased = await Promise.all(Array.from({ length: 8 }, (_, i) => queue.lease(`worker-${i}`, ['train'])));
    expect(leased.flatMap((job) => job?.id ?? []).sort()).toEqual(ids.sort());
  });

  it('leases only the kinds that the worker can do, oldest first', async () => {
    const { queue, clock } = await openQueue();
    const first = await queue.enqueue(TRAIN);
    clock.advance(1);
    await queue.enqueue(TRAIN);
    expect(await queue.lease('a', ['evaluate'])).toBeUndefined();
    expect((await queue.lease('a', ['evaluate', 'train']))?.id).toBe(first);
  });

  it('gives the job of a silent worker to another, and the first one learns it', async () => {
    const { queue, clock } = await openQueue();
    const id = await queue.enqueue(TRAIN);
    await queue.lease('slow', ['train']);
    clock.advance(LEASE_MS - 1);
    await queue.heartbeat(id, 'slow', { share: 0.5, stage: 'epoch 3', figures: {} });
    clock.advance(LEASE_MS - 1);
    expect(await queue.lease('eager', ['train'])).toBeUndefined();
    clock.advance(2);
    expect(await queue.lease('eager', ['train'])).toMatchObject({ id, attempt: 2 });
    await expect(queue.heartbeat(id, 'slow', null)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(queue.complete(id, 'slow', {})).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await queue.complete(id, 'eager', { ok: 1 })).toMatchObject({ state: 'done', result: { ok: 1 } });
  });

  it('takes the same result twice, because the first answer may have been lost', async () => {
    const { queue } = await openQueue();
    const id = await queue.enqueue(TRAIN);
    await queue.lease('a', ['train']);
    await queue.complete(id, 'a', { ok: 1 });
    expect(await queue.complete(id, 'a', { ok: 1 })).toMatchObject({ state: 'done' });
    await expect(queue.complete(id, 'a', { ok: 2 })).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  it('tries again what may go better, but not for ever', async () => {
    const { queue } = await openQueue();
    const id = await queue.enqueue(TRAIN);
    const failure = { code: 'UNREACHABLE', message: 'no', retryable: true };
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      await queue.lease('a', ['train']);
      expect(await queue.fail(id, 'a', failure)).toMatchObject({ state: 'queued', attempt });
    }
    await queue.lease('a', ['train']);
    expect(await queue.fail(id, 'a', failure)).toMatchObject({ state: 'failed', error: { code: 'UNREACHABLE' } });
    expect(await queue.lease('a', ['train'])).toBeUndefined();
  });

  it('ends a job whose worker went silent on the last attempt', async () => {
    const { queue, clock } = await openQueue();
    await queue.enqueue(TRAIN);
    for (let i = 0; i < MAX_ATTEMPTS; i++) {
      expect(await queue.reapExpired()).toEqual([]);
      await queue.lease(`worker-${i}`, ['train']);
      clock.advance(LEASE_MS + 1);
    }
    expect(await queue.reapExpired()).toMatchObject([{ state: 'failed', error: { code: 'LEASE_LOST' } }]);
  });

  it('takes jobs back from workers that have ended, forgiving those it ended itself', async () => {
    const { queue } = await openQueue();
    const id = await queue.enqueue(TRAIN);
    await queue.lease('local-1', ['train']);
    expect(await queue.takeBack('local-2', KILLED)).toEqual([]);
    expect(await queue.lease('other', ['train'])).toBeUndefined();
    await queue.takeBack('local-', null);
    expect(await queue.lease('other', ['train'])).toMatchObject({ id, attempt: 1 });
    for (let i = 1; i < MAX_ATTEMPTS; i++) {
      expect(await queue.takeBack('other', KILLED)).toEqual([]);
      await queue.lease('other', ['train']);
    }
    expect(await queue.takeBack('other', KILLED)).toMatchObject([{ id, state: 'failed', error: KILLED }]);
  });

  it('ends a cancelled job for good, and its worker learns why', async () => {
    const { queue, store } = await openQueue();
    const waiting = await queue.enqueue(TRAIN);
    await queue.cancel(waiting, 'cancelled by ada');
    expect(await queue.lease('a', ['train'])).toBeUndefined();
    const running = await queue.enqueue(TRAIN);
    await queue.lease('a', ['train']);
    await queue.cancel(running, 'cancelled by ada');
    const refused = { code: 'CANCELLED', message: `job ${running} is cancelled by ada` };
    await expect(queue.heartbeat(running, 'a', null)).rejects.toMatchObject(refused);
    await expect(queue.complete(running, 'a', {})).rejects.toMatchObject(refused);
    expect(await store.jobs.find(running)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    const done = await queue.enqueue(TRAIN);
    await queue.lease('a', ['train']);
    await queue.complete(done, 'a', {});
    await queue.cancel(done, 'too late');
    expect(await store.jobs.find(done)).toMatchObject({ state: 'done', error: null });
  });

  it('tells nothing of a first attempt, and nothing of an earlier error once the job is done', async () => {
    const { queue, store } = await openQueue();
    const id = await queue.enqueue(TRAIN);
    await queue.lease('a', ['train']);
    expect(await store.events.list()).toEqual([]);
    await queue.takeBack('a', KILLED);
    expect(await store.jobs.find(id)).toMatchObject({ state: 'queued', error: KILLED });
    expect(await queue.lease('b', ['train'])).toMatchObject({ error: null });
    expect(await queue.complete(id, 'b', {})).toMatchObject({ state: 'done', error: null });
    expect(await store.events.list()).toMatchObject([
      {
        ...{ level: 'warning', kind: 'job.resumed', code: 'OUT_OF_MEMORY' },
        message: `job ${id}: train begins again on worker b, attempt 2: ${KILLED.message}`,
      },
    ]);
  });

  it('tells that a worker went silent, and of a restart of the hub that nobody is to blame', async () => {
    const { queue, store, clock } = await openQueue();
    const id = await queue.enqueue(TRAIN);
    await queue.lease('a', ['train']);
    await queue.heartbeat(id, 'a', { share: 0, stage: 'reading data', figures: {} });
    clock.advance(LEASE_MS + 1);
    await queue.lease('local-1', ['train']);
    await queue.takeBack('local-', null);
    await queue.lease('local-2', ['train']);
    expect((await store.events.list()).map(({ level, message }) => [level, message])).toEqual([
      ['warning', `job ${id}: train begins again on worker local-1, attempt 2: worker a went silent`],
      ['info', `job ${id}: train begins again on worker local-2, attempt 2`],
    ]);
  });

  it('adds a job together with what else its transaction changes, or not at all', async () => {
    const { store, queue } = await openQueue();
    const failing = store.transaction(async (within) => {
      await queue.enqueue(TRAIN, within);
      throw new Error('something else goes wrong');
    });
    await expect(failing).rejects.toThrow();
    expect(await queue.lease('a', ['train'])).toBeUndefined();
  });
});
