import { setTimeout as delay } from 'node:timers/promises';
import { HubError } from '../errors.ts';

const INTERVAL_MS = 500;

/** Two minutes: a hub that starts again is back by then, and has lost nothing. */
const MOST_UNANSWERED = 240;

/**
 * Asks again and again until the answer satisfies; what is asked each time may show progress. A hub that is away for a
 * while does not end it.
 */
export async function waitUntil<T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  pause: (ms: number) => Promise<unknown> = delay,
): Promise<T> {
  let unanswered = 0;
  for (;;) {
    try {
      const answer = await ask();
      if (satisfies(answer)) return answer;
      unanswered = 0;
    } catch (error) {
      const isAway = error instanceof HubError && error.code === 'UNREACHABLE';
      if (!isAway || ++unanswered > MOST_UNANSWERED) throw error;
    }
    await pause(INTERVAL_MS);
  }
}
