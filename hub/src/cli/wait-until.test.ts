import { describe, expect, test } from 'vitest';
import { OutsideError, RequestError } from '../errors.ts';
import { waitUntil } from './wait-until.ts';

const away = new OutsideError('UNREACHABLE', 'reach the hub');

/** Gives these answers in turn, the last one for ever. */
function answersOf(...answers: readonly (number | Error)[]) {
  const asked = { times: 0 };
  const ask = async (): Promise<number> => {
    const answer = answers[Math.min(asked.times++, answers.length - 1)]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    asked,
    wait: () =>
      waitUntil(
        ask,
        (answer) => answer >= 3,
        async () => undefined,
      ),
  };
}

describe('waiting', () => {
  test('ends with the first answer that satisfies', async () => {
    const { asked, wait } = answersOf(1, 2, 3, 4);
    expect(await wait()).toBe(3);
    expect(asked.times).toBe(3);
  });

  test('goes on when the hub was away for a while', async () => {
    expect(await answersOf(1, away, away, 2, away, 3).wait()).toBe(3);
  });

  test('ends when the hub stays away', async () => {
    const { asked, wait } = answersOf(1, away);
    await expect(wait()).rejects.toBe(away);
    expect(asked.times).toBe(242);
  });

  test('ends at once when the hub refuses', async () => {
    const refusal = new RequestError('NOT_FOUND', 'no run run-1');
    const { asked, wait } = answersOf(refusal);
    await expect(wait()).rejects.toBe(refusal);
    expect(asked.times).toBe(1);
  });
});
