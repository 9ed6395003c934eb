import { describe, expect, it } from 'vitest';
import { API_ROLES, type ApiRole } from '../store/token-store.ts';
import { apiRig } from '../testing/api-rig.ts';
import { problemOf } from '../testing/problem-of.ts';
import { openApiDocument } from './app.ts';

describe('errors', () => {
  it('are problem documents with a code, for paths that nobody serves', async () => {
    const { ask } = await apiRig();
    expect(await problemOf(await ask('GET', '/nope'))).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    expect(await problemOf(await ask('GET', '/devices/dev-9', { as: 'viewer' }))).toMatchObject({
      code: 'NOT_FOUND',
      detail: 'no device dev-9',
    });
  });

  it('name the field that is wrong', async () => {
    const { ask } = await apiRig();
    const response = await ask('POST', '/enroll-tokens', { as: 'operator', body: { deviceId: 'Not A Name' } });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', status: 400, faults: [{ path: 'deviceId' }] });
    expect(problem['detail']).toMatch(/^deviceId: must be 1 to 63 of .*, got "Not A Name"$/);
  });

  it('are one sentence for JSON that is none, and for a body that is too long', async () => {
    const { ask } = await apiRig();
    const headers = { 'content-type': 'application/json' };
    const noJson = await ask('POST', '/enroll-tokens', { as: 'operator', bytes: Buffer.from('{oops'), headers });
    expect(await problemOf(noJson)).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    const long = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
    const tooLong = await ask('POST', '/enroll-tokens', { as: 'operator', bytes: long, headers });
    expect(await problemOf(tooLong)).toMatchObject({ code: 'TOO_LARGE', status: 413 });
  });

  it('say when to try again', async () => {
    const { ask } = await apiRig();
    const body = { model: 'pump', dataset: { name: 'pumps' } };
    const response = await ask('POST', '/runs', { as: 'operator', body });
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await problemOf(response)).toMatchObject({ code: 'CONFLICT' });
  });

  it('tell a stranger nothing about what happened inside', async () => {
    const { ask, store, tokenOf } = await apiRig();
    await tokenOf('viewer');
    await store.close();
    const problem = await problemOf(await ask('GET', '/devices', { as: 'viewer' }));
    expect(problem).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(JSON.stringify(problem)).not.toMatch(/sqlite|driver|select/i);
  });
});

/** What the OpenAPI document says about one route. */
function documentedRoutes(): { method: string; path: string; role: string }[] {
  return Object.entries(openApiDocument('0').paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { 'x-edgeloop-role': string }>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace('{id}', 'x').replace('{name}', 'x').replace('{version}', '1').replace('{alias}', 'x'),
      role: operation['x-edgeloop-role'],
    })),
  );
}

const MAY: Readonly<Record<string, readonly ApiRole[]>> = {
  admin: ['admin'],
  operator: ['admin', 'operator'],
  viewer: ['admin', 'operator', 'viewer'],
  worker: ['admin', 'worker'],
  any: API_ROLES,
};

describe('roles', () => {
  it('are written down for every route', () => {
    const roles = documentedRoutes().map(({ role }) => role);
    expect(roles.length).toBeGreaterThan(50);
    expect(roles.every((role) => role === 'open' || role in MAY)).toBe(true);
  });

  it('let nobody in without a token, and each role only where it may be', async () => {
    const { ask, tokenOf, tokens } = await apiRig();
    for (const { method, path, role } of documentedRoutes()) {
      if (role === 'open' || path.endsWith('/stream')) continue;
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      expect((await ask(method, path, body)).status, `${method} ${path}`).toBe(401);
      for (const as of API_ROLES) {
        await tokens.authenticate(await tokenOf(as));
        const { status } = await ask(method, path, { as, ...body });
        if (MAY[role]?.includes(as)) expect(status, `${method} ${path} as ${as}`).not.toBe(403);
        else expect(status, `${method} ${path} as ${as}`).toBe(403);
      }
    }
  });

  it('end with the token', async () => {
    const { ask, tokens, tokenOf } = await apiRig();
    const record = await tokens.authenticate(await tokenOf('viewer'));
    expect((await ask('DELETE', `/tokens/${record.id}`, { as: 'admin' })).status).toBe(204);
    const response = await ask('GET', '/devices', { as: 'viewer' });
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await problemOf(response)).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
  });
});

describe('pages', () => {
  it('show the API from files of this hub only', async () => {
    const { page } = await pages();
    const docs = await page('/api/docs');
    expect(docs.headers.get('content-security-policy')).toContain("default-src 'self'");
    const html = await docs.text();
    expect(html).not.toMatch(/https?:\/\//);
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await page(path ?? '')).status).toBe(200);
    expect(await (await page('/api/v1/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
  });

  it('keep to their folders', async () => {
    const { page } = await pages();
    for (const path of [
      '/api/docs/package.json',
      '/api/docs/..%2f..%2fpackage.json',
      '/console/assets/..%2f..%2fpackage.json',
      '/console/assets/%ff',
    ]) {
      expect((await page(path)).status).toBe(404);
    }
  });
});

async function pages() {
  const { ask } = await apiRig();
  return { page: (path: string) => ask('GET', `/../..${path}`) };
}
