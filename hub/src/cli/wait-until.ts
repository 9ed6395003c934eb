import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 500;

/** Asks again and again until the answer satisfies; what is asked each time may show progress. */
export async function waitUntil<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    await delay(INTERVAL_MS);
  }
}
