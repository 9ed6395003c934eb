import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EventStream, SILENCE_LIMIT_MS, type StreamStatus } from './event-stream.ts';
import type { SseMessage } from './sse-parser.ts';

type Answer = (init: RequestInit) => Response | Error;

function streamOver(answers: Answer[]) {
  const messages: SseMessage[] = [];
  const statuses: StreamStatus[] = [];
  const requests: RequestInit[] = [];
  const stream = new EventStream({
    url: '/stream',
    token: 'elt_secret',
    random: () => 0,
    onMessage: (message) => messages.push(message),
    onStatus: (status) => statuses.push(status),
    fetch: (_url, init) => {
      requests.push(init);
      const answer = answers.shift()?.(init) ?? new Error('no answer left');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { stream, messages, statuses, requests };
}

const text =
  (body: string): Answer =>
  () =>
    new Response(body, { status: 200 });
const header = (init: RequestInit | undefined, name: string) => new Headers(init?.headers).get(name);

describe('EventStream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('sends the token in a header and hands on what comes', async () => {
    const { stream, messages, requests } = streamOver([text('event: event\nid: 4\ndata: {}\n\n')]);
    const running = stream.run();
    await vi.waitFor(() => expect(messages).toHaveLength(1));
    stream.stop();
    await running;
    expect(header(requests[0], 'authorization')).toBe('Bearer elt_secret');
    expect(messages[0]).toEqual({ event: 'event', data: '{}', lastEventId: '4' });
  });

  test('comes back after the line broke, and says from where it needs the events', async () => {
    const { stream, statuses, requests } = streamOver([
      text('id: 9\ndata: x\n\n'),
      () => new Error('ECONNRESET'),
      text(''),
    ]);
    const running = stream.run();
    await vi.advanceTimersByTimeAsync(2_000);
    stream.stop();
    await running;
    expect(statuses.slice(0, 5)).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live']);
    expect(header(requests[2], 'last-event-id')).toBe('9');
  });

  test('stops at once when the hub does not know the token', async () => {
    const { stream, statuses, requests } = streamOver([() => new Response('', { status: 401 })]);
    await stream.run();
    expect(statuses).toEqual(['connecting', 'refused']);
    expect(requests).toHaveLength(1);
  });

  test('takes a silent line for a dead one', async () => {
    const { stream, statuses } = streamOver([
      ({ signal }) =>
        new Response(
          new ReadableStream({
            start: (controller) => signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
          }),
        ),
    ]);
    const running = stream.run();
    await vi.advanceTimersByTimeAsync(SILENCE_LIMIT_MS - 1);
    expect(statuses.at(-1)).toBe('live');
    await vi.advanceTimersByTimeAsync(2);
    expect(statuses.at(-1)).toBe('reconnecting');
    stream.stop();
    await running;
  });
});
