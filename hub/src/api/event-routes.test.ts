import { describe, expect, it, onTestFinished } from 'vitest';
import { apiRig } from '../testing/api-rig.ts';
import { START_MS } from '../testing/hub-rig.ts';

describe('events as they happen', () => {
  async function openStream(query = '', before: readonly string[] = ['before']) {
    const rig = await apiRig();
    const token = await rig.tokenOf('viewer');
    const add = (message: string) => rig.store.events.add({ level: 'info', kind: 'test', message }, START_MS);
    for (const message of before) await add(message);
    const response = await rig.ask('GET', `/events/stream?token=${token}${query}`);
    const reader = response.body?.getReader();
    onTestFinished(async () => {
      await reader?.cancel();
    });
    const decoder = new TextDecoder();
    let text = '';
    const readUntil = async (wanted: string): Promise<string> => {
      while (!text.includes(wanted)) {
        const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) throw new Error(`the stream ended with ${text}`);
        text += decoder.decode(value);
      }
      return text;
    };
    await readUntil(': connected');
    return { ...rig, response, add, readUntil };
  }

  it('come to a reader with a token in the query, live telemetry among them', async () => {
    const { response, add, live, readUntil } = await openStream();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await add('now');
    const text = await readUntil('"now"');
    expect(text).toMatch(/event: event\ndata: .*"now".*\nid: 3/);
    expect(text).not.toContain('before');
    const figures = { readings: 10, trueAccuracy: 1, estimatedAccuracy: null };
    live.publish({ deviceId: 'dev-1', model: 'pump', version: 1, atMs: START_MS, ...figures });
    expect(await readUntil('event: telemetry')).toContain('"readings":10');
  });

  it('start with what a reader missed', async () => {
    const { add, readUntil } = await openStream('&lastEventId=0');
    await add('now');
    expect(await readUntil('"now"')).toContain('"before"');
  });

  it('leave nothing out, however much a reader missed', async () => {
    const before = Array.from({ length: 1_200 }, (_, number) => `event ${number}`);
    const { add, readUntil } = await openStream('&lastEventId=0', before);
    await add('now');
    const text = await readUntil('"now"');
    const told = [...text.matchAll(/"message":"(event \d+)"/g)].map(([, message]) => message);
    expect(told).toEqual(before);
  });

  it('are closed to whoever has no token', async () => {
    const { ask } = await apiRig();
    expect((await ask('GET', '/events/stream')).status).toBe(401);
    expect((await ask('GET', '/events/stream?token=elt_wrong')).status).toBe(401);
    expect((await ask('GET', '/devices?token=elt_wrong')).status).toBe(401);
  });
});
