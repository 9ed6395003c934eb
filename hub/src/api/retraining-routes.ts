import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import { policySchema, retrainingSchema } from './schemas/loop.ts';
import { nameParam, nameSchema } from './schemas/names.ts';

const showPolicy = route('viewer', {
  method: 'get',
  path: '/models/{name}/retraining-policy',
  summary: 'When and how the model retrains itself',
  request: { params: nameParam },
  responses: { 200: json('The policy', policySchema) },
});

const setPolicy = route('operator', {
  method: 'put',
  path: '/models/{name}/retraining-policy',
  summary: 'Set when and how the model retrains itself',
  request: { params: nameParam, body: jsonBody(policySchema) },
  responses: { 200: json('The policy', policySchema) },
});

const list = route('viewer', {
  method: 'get',
  path: '/retrainings',
  summary: 'Retrainings, newest first',
  request: { query: z.object({ model: nameSchema.optional() }) },
  responses: { 200: json('The retrainings', z.object({ retrainings: z.array(retrainingSchema) })) },
});

const retrain = route('operator', {
  method: 'post',
  path: '/models/{name}/retrain',
  summary: 'Retrain now, without waiting for drift',
  request: { params: nameParam, body: jsonBody(z.object({ reason: z.string().max(500).optional() })) },
  responses: { 202: json('The retraining, under way', retrainingSchema) },
});

/** Retraining. */
export const retrainingRoutes = newRouter()
  .openapi(showPolicy, async (c) => {
    const { name } = c.req.valid('param');
    const policy = await c.var.parts.store.retrainings.policy(name);
    if (!policy) throw new RequestError('NOT_FOUND', `${name} has no retraining policy`);
    return c.json(policy, 200);
  })
  .openapi(setPolicy, async (c) => {
    const { store, clock } = c.var.parts;
    const { name } = c.req.valid('param');
    const policy = c.req.valid('json');
    await requireModel(store, name);
    const nowMs = clock.nowMs();
    await store.transaction(async (tx) => {
      await tx.retrainings.setPolicy(name, policy, nowMs);
      const message = `${c.var.caller.name} set the retraining policy of ${name}`;
      const detail = { policy };
      await tx.events.add({ level: 'info', kind: 'retraining.policy-set', model: name, message, detail }, nowMs);
    });
    return c.json(policy, 200);
  })
  .openapi(list, async (c) => {
    const { model } = c.req.valid('query');
    return c.json({ retrainings: await c.var.parts.store.retrainings.list({ model }) }, 200);
  })
  .openapi(retrain, async (c) => {
    const { store, pipeline } = c.var.parts;
    const { name } = c.req.valid('param');
    await requireModel(store, name);
    const reason = c.req.valid('json').reason ?? `asked for by ${c.var.caller.name}`;
    return c.json(await pipeline.retrainNow(name, reason), 202);
  });

async function requireModel(store: Store, name: string): Promise<void> {
  if (!(await store.models.find(name))) throw new RequestError('NOT_FOUND', `no model ${name}`);
}
