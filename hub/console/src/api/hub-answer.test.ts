import type { ClientResponse } from 'hono/client';
import { describe, expect, test } from 'vitest';
import { HubProblem, LinkError } from '../errors.ts';
import { hubAnswer } from './hub-answer.ts';

function answered(body: string, status = 200): Promise<ClientResponse<unknown, number, 'json'>> {
  return Promise.resolve(new Response(body, { status }) as never);
}

describe('hubAnswer', () => {
  test('gives the document of an answer', async () => {
    expect(await hubAnswer(answered('{"devices":[]}'))).toEqual({ devices: [] });
  });

  test("carries the hub's code, title and reason", async () => {
    const body = { code: 'CONFLICT', title: 'Its present state does not allow that', detail: 'rollout r1 is done' };
    const error = await hubAnswer(answered(JSON.stringify(body), 409)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HubProblem);
    expect(error).toMatchObject({ code: 'CONFLICT', title: body.title, message: body.detail, status: 409 });
  });

  test('says that the hub is unreachable when nothing answers', async () => {
    const error = await hubAnswer(Promise.reject(new TypeError('fetch failed'))).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LinkError);
    expect(error).toMatchObject({ code: 'HUB_UNREACHABLE' });
  });

  for (const [name, body, status] of [
    ['an error page of a proxy', '<h1>Bad gateway</h1>', 502],
    ['a page where JSON was asked for', '<!doctype html>', 200],
  ] as const) {
    test(`does not take ${name} for an answer of the hub`, async () => {
      await expect(hubAnswer(answered(body, status))).rejects.toMatchObject({ code: 'ANSWER_MALFORMED' });
    });
  }
});
