import { z } from '@hono/zod-openapi';
import { json, newRouter, route } from './router.ts';

const health = route('open', {
  method: 'get',
  path: '/health',
  summary: 'Whether the hub is there',
  responses: { 200: json('It is', z.object({ status: z.literal('ok') })) },
});

const info = route('any', {
  method: 'get',
  path: '/info',
  summary: 'Which hub this is and where devices connect',
  responses: {
    200: json(
      'The hub',
      z.object({ hubId: z.string(), version: z.string(), mqttUrl: z.string(), startedMs: z.number().int() }),
    ),
  },
});

/** The hub itself. */
export const hubRoutes = newRouter()
  .openapi(health, (c) => c.json({ status: 'ok' as const }, 200))
  .openapi(info, (c) => c.json(c.var.parts.info(), 200));
