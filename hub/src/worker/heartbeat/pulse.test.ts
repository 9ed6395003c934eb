import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { OutsideError, RequestError } from '../../errors.ts';
import type { JobProgress } from '../../store/job-store.ts';
import type { HeartbeatNews } from './heartbeat-messages.ts';
import { Pulse } from './pulse.ts';

const KILL_AFTER_MS = 3_000;
const READING: JobProgress = { share: 0, stage: 'reading data', figures: {} };
const TRAINING: JobProgress = { share: 0.1, stage: 'training', figures: { loss: 2 } };

let sent: [string, JobProgress | null][];
let news: HeartbeatNews[];
let killed: string[];
/** What the hub answers instead. */
let answer: () => Promise<void>;

beforeEach(() => {
  [sent, news, killed] = [[], [], []];
  answer = async () => undefined;
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

function pulse(killAfterMs: number | null = KILL_AFTER_MS): Pulse {
  return new Pulse({
    send: async (jobId, progress) => {
      sent.push([jobId, progress]);
      await answer();
    },
    say: (told) => news.push(told),
    kill: (reason) => killed.push(reason),
    killAfterMs,
    nowMs: () => Date.now(),
  });
}

async function tick(held: Pulse): Promise<void> {
  held.tick();
  await vi.advanceTimersByTimeAsync(0);
}

describe('a pulse', () => {
  test('beats for the job that is held, with its newest progress, and for none before and behind', async () => {
    const held = pulse();
    await tick(held);
    held.hear({ kind: 'hold', jobId: 'job-1' });
    await tick(held);
    held.hear({ kind: 'progress', progress: TRAINING, isUrgent: false });
    await tick(held);
    held.hear({ kind: 'release' });
    await tick(held);
    expect(sent).toEqual([
      ['job-1', null],
      ['job-1', TRAINING],
    ]);
  });

  test('tells what is urgent at once, and behind what is still on its way', async () => {
    const arrivals: (() => void)[] = [];
    answer = () => new Promise((resolve) => arrivals.push(resolve));
    const held = pulse();
    held.hear({ kind: 'hold', jobId: 'job-1' });
    held.hear({ kind: 'progress', progress: READING, isUrgent: true });
    await vi.advanceTimersByTimeAsync(0);
    held.hear({ kind: 'progress', progress: TRAINING, isUrgent: true });
    held.hear({ kind: 'tell' });
    await tick(held);
    expect(sent).toEqual([['job-1', READING]]);
    arrivals.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([
      ['job-1', READING],
      ['job-1', TRAINING],
    ]);
    expect(news).toEqual([]);
    arrivals.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(news).toEqual([{ kind: 'told' }]);
    expect(sent).toHaveLength(2);
  });

  test('goes on when the hub cannot be reached', async () => {
    answer = async () => {
      throw new OutsideError('UNREACHABLE', 'no hub');
    };
    const held = pulse();
    held.hear({ kind: 'hold', jobId: 'job-1' });
    await tick(held);
    await tick(held);
    expect(news).toEqual(Array(2).fill({ kind: 'undelivered', jobId: 'job-1', reason: 'no hub' }));
    await vi.advanceTimersByTimeAsync(KILL_AFTER_MS);
    expect(killed).toEqual([]);
  });

  test('ends with a job that was cancelled, and a worker that does not hear of it is killed', async () => {
    answer = async () => {
      throw new RequestError('CANCELLED', 'job job-1 is cancelled by ada');
    };
    const held = pulse();
    held.hear({ kind: 'hold', jobId: 'job-1' });
    await tick(held);
    expect(news).toEqual([
      { kind: 'lost', jobId: 'job-1', code: 'CANCELLED', message: 'job job-1 is cancelled by ada' },
    ]);
    await tick(held);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(KILL_AFTER_MS - 1);
    expect(killed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(killed).toEqual(['job job-1 is cancelled by ada']);
  });

  test('leaves a worker alone that hears of it, and one that nobody would start again', async () => {
    answer = async () => {
      throw new RequestError('LEASE_LOST', 'job job-1 is queued');
    };
    for (const held of [pulse(), pulse(null)]) {
      held.hear({ kind: 'hold', jobId: 'job-1' });
      await tick(held);
    }
    const hearing = pulse();
    hearing.hear({ kind: 'hold', jobId: 'job-1' });
    await tick(hearing);
    hearing.hear({ kind: 'alive' });
    await vi.advanceTimersByTimeAsync(2 * KILL_AFTER_MS);
    // The first of the three.
    expect(killed).toHaveLength(1);
  });

  test('lets the lease of a worker run out that has shown no life for ten minutes', async () => {
    const held = pulse();
    held.hear({ kind: 'hold', jobId: 'job-1' });
    await vi.advanceTimersByTimeAsync(10 * 60_000 - 1);
    await tick(held);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await tick(held);
    expect(sent).toHaveLength(1);
    held.hear({ kind: 'alive' });
    await tick(held);
    expect(sent).toHaveLength(2);
  });
});
