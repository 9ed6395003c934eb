import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { HubError } from '../../errors.ts';
import { WorkerHub } from '../../testing/worker-hub.ts';
import { Heartbeats } from './heartbeats.ts';

const BLOCKED = fileURLToPath(new URL('../../testing/blocked-worker-main.ts', import.meta.url));

let hub: WorkerHub;
let jobId: string;

beforeEach(async () => {
  hub = new WorkerHub();
  await hub.start();
  onTestFinished(() => hub.stop());
  await hub.enqueue('train', {});
  jobId = (await hub.queue.lease('worker-1', ['train']))!.id;
});

function heartbeats(): Heartbeats {
  const made = new Heartbeats({
    ...{ url: hub.url, token: hub.token, worker: 'worker-1' },
    ...{ isRestarted: false, periodMs: 50 },
  });
  onTestFinished(() => made.stop());
  return made;
}

function beats(): number {
  return hub.calls.filter((call) => call === 'POST /jobs/ID/heartbeat').length;
}

/** A worker whose event loop stands still as soon as it has the job. */
function blockedWorker(): ChildProcess {
  const args = ['--import', 'tsx', '--conditions=@edgeloop/source', BLOCKED, hub.url, hub.token, jobId];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

describe('heartbeats', () => {
  test('keep the lease while the event loop of the worker is blocked', async () => {
    blockedWorker();
    await vi.waitFor(() => expect(beats()).toBeGreaterThan(3), { timeout: 20_000 });
    hub.aheadMs += 29_000;
    const before = beats();
    // The first of these may have been on its way before the clock went on.
    await vi.waitFor(() => expect(beats()).toBeGreaterThan(before + 2), { timeout: 20_000 });
    hub.aheadMs += 29_000;
    expect(await hub.queue.lease('worker-2', ['train'])).toBeUndefined();
  });

  test('end a worker whose job was cancelled while its event loop is blocked, and say why', async () => {
    const child = blockedWorker();
    let said = '';
    child.stderr?.on('data', (piece) => {
      said += piece;
    });
    const end = once(child, 'exit');
    await vi.waitFor(() => expect(beats()).toBeGreaterThan(3), { timeout: 20_000 });
    await hub.queue.cancel(jobId, 'cancelled by ada');
    expect(await end).toEqual([null, 'SIGKILL']);
    expect(said).toBe(`worker: killed in the middle of a run: job ${jobId} is cancelled by ada\n`);
  });

  test('say whose lease is lost, and beat no more', async () => {
    const held = heartbeats();
    await hub.queue.cancel(jobId, 'cancelled by ada');
    const lost = new Promise<HubError>((resolve) => {
      held.hold(jobId, { onLost: resolve, onUndelivered: () => undefined });
    });
    expect(await lost).toMatchObject({ code: 'CANCELLED', message: `job ${jobId} is cancelled by ada` });
    const before = beats();
    await held.tell();
    expect(beats()).toBe(before);
  });

  test('have told the newest progress when they are asked to', async () => {
    const held = heartbeats();
    await held.tell();
    held.hold(jobId, { onLost: () => undefined, onUndelivered: () => undefined });
    held.progress({ share: 0.5, stage: 'training', figures: {} }, false);
    held.progress({ share: 0.6, stage: 'training', figures: {} }, false);
    await held.tell();
    expect((await hub.store.jobs.find(jobId))?.progress?.share).toBe(0.6);
  });

  test('that do not reach the hub are told, one by one', async () => {
    hub.obstacle = () => 503;
    const reasons: string[] = [];
    const held = heartbeats();
    held.hold(jobId, { onLost: () => expect.unreachable('it is only late'), onUndelivered: (r) => reasons.push(r) });
    await vi.waitFor(() => expect(reasons.length).toBeGreaterThan(1), { timeout: 20_000 });
    expect(reasons[0]).toMatch(/heartbeat was answered with 503$/);
  });
});
