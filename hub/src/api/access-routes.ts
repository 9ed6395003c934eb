import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import { API_ROLES } from '../store/token-store.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import { apiTokenSchema, enrollTokenSchema } from './schemas/fleet.ts';
import { idParam, labelsSchema, nameSchema } from './schemas/names.ts';

const enroll = route('open', {
  method: 'post',
  path: '/enroll',
  summary: 'Bring a device in with a one-time token',
  request: {
    body: jsonBody(
      z.object({
        token: z.string().min(1).max(200),
        deviceId: nameSchema,
        publicKey: z.record(z.string(), z.unknown()).openapi({ description: 'JWK of an Ed25519 public key' }),
        profile: z.string().min(1).max(64),
        profileReason: z.string().max(1_000),
        agentVersion: z.string().max(64),
      }),
    ),
  },
  responses: {
    201: json(
      'Enrolled; what the device needs to connect and to trust',
      z.object({
        deviceId: z.string(),
        hubId: z.string(),
        mqttUrl: z.string(),
        hubKeys: z.array(z.object({ keyId: z.string(), publicKeyPem: z.string() })).readonly(),
      }),
    ),
  },
});

const me = route('any', {
  method: 'get',
  path: '/me',
  summary: 'Whose token this is and what it may do',
  responses: { 200: json('The token, without its secret', apiTokenSchema) },
});

const createEnrollToken = route('operator', {
  method: 'post',
  path: '/enroll-tokens',
  summary: 'Make a one-time token for one device',
  request: {
    body: jsonBody(
      z.object({
        deviceId: nameSchema.optional(),
        labels: labelsSchema.optional(),
        ttlSeconds: z
          .number()
          .int()
          .min(60)
          .max(30 * 86_400)
          .optional(),
      }),
    ),
  },
  responses: {
    201: json(
      'The token, shown this once',
      z.object({ id: z.string(), token: z.string(), expiresMs: z.number().int() }),
    ),
  },
});

const listEnrollTokens = route('operator', {
  method: 'get',
  path: '/enroll-tokens',
  summary: 'Enrolment tokens and who used them',
  responses: { 200: json('The tokens, without their secrets', z.object({ tokens: z.array(enrollTokenSchema) })) },
});

const listTokens = route('admin', {
  method: 'get',
  path: '/tokens',
  summary: 'API tokens',
  responses: { 200: json('The tokens, without their secrets', z.object({ tokens: z.array(apiTokenSchema) })) },
});

const createToken = route('admin', {
  method: 'post',
  path: '/tokens',
  summary: 'Make an API token',
  request: { body: jsonBody(z.object({ name: z.string().min(1).max(100), role: z.enum(API_ROLES) })) },
  responses: {
    201: json('The token, shown this once', z.object({ id: z.string(), token: z.string(), role: z.enum(API_ROLES) })),
  },
});

const revokeToken = route('admin', {
  method: 'delete',
  path: '/tokens/{id}',
  summary: 'Revoke an API token',
  request: { params: idParam },
  responses: { 204: { description: 'It opens nothing any more' } },
});

/** Who gets in: people and programs by API token, devices by enrolment. */
export const accessRoutes = newRouter()
  .openapi(enroll, async (c) => {
    const { enrollment, hubKeys, info } = c.var.parts;
    const request = c.req.valid('json');
    await enrollment.enroll(request);
    const { hubId, mqttUrl } = info();
    return c.json({ deviceId: request.deviceId, hubId, mqttUrl, hubKeys: [...hubKeys] }, 201);
  })
  .openapi(me, (c) => c.json(c.var.caller, 200))
  .openapi(createEnrollToken, async (c) => {
    const { record, token } = await c.var.parts.enrollment.createToken(c.req.valid('json'));
    return c.json({ id: record.id, token, expiresMs: record.expiresMs }, 201);
  })
  .openapi(listEnrollTokens, async (c) => {
    return c.json({ tokens: await c.var.parts.store.tokens.listEnrollTokens() }, 200);
  })
  .openapi(listTokens, async (c) => c.json({ tokens: await c.var.parts.store.tokens.listApiTokens() }, 200))
  .openapi(createToken, async (c) => {
    const { name, role } = c.req.valid('json');
    const { record, token } = await c.var.parts.tokens.create(name, role);
    return c.json({ id: record.id, token, role }, 201);
  })
  .openapi(revokeToken, async (c) => {
    const { store, clock } = c.var.parts;
    const { id } = c.req.valid('param');
    if (!(await store.tokens.revokeApiToken(id, clock.nowMs()))) {
      throw new RequestError('NOT_FOUND', `no live API token ${id}`);
    }
    return c.body(null, 204);
  });
