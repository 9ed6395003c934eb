import type { EventRecord } from '../store/event-store.ts';
import type { ApiClient } from './api-client.ts';

/** Tells every event after `lastId`, and then as they happen, until the process ends or the hub goes away. */
export async function followEvents(api: ApiClient, lastId: number, tell: (event: EventRecord) => void): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end);
  try {
    const stream = await api.stream(`/events/stream?lastEventId=${lastId}`, ending.signal);
    for await (const { event, data } of readSse(stream)) {
      if (event === 'event') tell(JSON.parse(data));
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', end);
  }
}

/** Server-sent events as they come in. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function* readSse(stream: AsyncIterable<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of stream) {
    const blocks = (rest + decoder.decode(part, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string): string[] =>
        lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
      const data = field('data').join('\n');
      if (data !== '') yield { event: field('event')[0] ?? 'message', data };
    }
  }
}
