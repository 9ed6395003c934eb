import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import { json, newRouter, route } from './router.ts';
import { alertSchema, driftCheckSchema } from './schemas/loop.ts';
import { idParam, limitQuery, nameParam, nameSchema } from './schemas/names.ts';

const checks = route('viewer', {
  method: 'get',
  path: '/models/{name}/drift',
  summary: 'Drift checks of a model, newest first',
  request: {
    params: nameParam,
    query: z.object({ version: z.coerce.number().int().min(1).optional(), limit: limitQuery(50, 1_000) }),
  },
  responses: { 200: json('The checks', z.object({ checks: z.array(driftCheckSchema) })) },
});

const alerts = route('viewer', {
  method: 'get',
  path: '/alerts',
  summary: 'Alerts, newest first',
  request: { query: z.object({ model: nameSchema.optional(), state: z.enum(['open', 'resolved']).optional() }) },
  responses: { 200: json('The alerts', z.object({ alerts: z.array(alertSchema) })) },
});

const resolve = route('operator', {
  method: 'post',
  path: '/alerts/{id}/resolve',
  summary: 'Say that an alert needs nothing more',
  request: { params: idParam },
  responses: { 200: json('The alert', alertSchema) },
});

/** Drift checks and alerts. */
export const driftRoutes = newRouter()
  .openapi(checks, async (c) => {
    const { name } = c.req.valid('param');
    const { store } = c.var.parts;
    if (!(await store.models.find(name))) throw new RequestError('NOT_FOUND', `no model ${name}`);
    return c.json({ checks: await store.alerts.checks(name, c.req.valid('query')) }, 200);
  })
  .openapi(alerts, async (c) => c.json({ alerts: await c.var.parts.store.alerts.list(c.req.valid('query')) }, 200))
  .openapi(resolve, async (c) => {
    const { store, clock } = c.var.parts;
    const { id } = c.req.valid('param');
    const nowMs = clock.nowMs();
    const alert = await store.transaction(async (tx) => {
      const found = await tx.alerts.find(id);
      if (!found) throw new RequestError('NOT_FOUND', `no alert ${id}`);
      if (found.state === 'resolved') return found;
      const resolution = `resolved by ${c.var.caller.name}`;
      const resolved = { ...found, state: 'resolved' as const, resolvedMs: nowMs, resolution };
      await tx.alerts.save(resolved, nowMs);
      const message = `alert ${id} of ${found.model}@${found.version}: ${resolution}`;
      await tx.events.add({ level: 'info', kind: 'alert.resolved', model: found.model, message }, nowMs);
      return resolved;
    });
    return c.json(alert, 200);
  });
