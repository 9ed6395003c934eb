import { setTimeout as delay } from 'node:timers/promises';
import { RigError } from './errors.ts';

/** Waiting longer would not change these. */
const FINAL: ReadonlySet<string> = new Set(['PROCESS_ENDED', 'STAGE_FAILED']);

/**
 * Asks again and again until the probe gives something.
 *
 * @param what completes the sentence "waited N s for ..."
 * @throws RigError TIMED_OUT with the last thing the probe threw as cause; a PROCESS_ENDED or STAGE_FAILED at once
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 30_000, intervalMs = 100 } = options;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const got = await probe();
      if (got) return got;
      cause = undefined;
    } catch (error) {
      if (error instanceof RigError && FINAL.has(error.code)) throw error;
      cause = error;
    }
    if (Date.now() > deadline) {
      throw new RigError('TIMED_OUT', `waited ${Math.round(timeoutMs / 1000)} s for ${what}`, { cause });
    }
    await delay(intervalMs);
  }
}
