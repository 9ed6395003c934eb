import { setTimeout as delay } from 'node:timers/promises';
import { HubError } from '../errors.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Does the work again while the hub cannot be reached, with growing waits.
 *
 * @throws whatever else the work throws; the signal's reason when it is aborted
 */
export async function untilReached<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
    }
    await pause(waitMs, signal);
  }
}

/** Whether the hub was silent rather than of another opinion. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof HubError && error.code === 'UNREACHABLE';
}

/** Waits; ends at once, without an error, when the signal is aborted. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(waitMs, undefined, { signal });
  } catch {
    // Aborted: whoever waits looks at the signal next.
  }
}
