import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import { RolloutPlanSchema } from '../store/rollout-plan.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import { rolloutDeviceSchema, rolloutSchema } from './schemas/loop.ts';
import { idParam, nameSchema } from './schemas/names.ts';

const list = route('viewer', {
  method: 'get',
  path: '/rollouts',
  summary: 'Rollouts, newest first',
  request: { query: z.object({ model: nameSchema.optional() }) },
  responses: { 200: json('The rollouts', z.object({ rollouts: z.array(rolloutSchema) })) },
});

const start = route('operator', {
  method: 'post',
  path: '/rollouts',
  summary: 'Bring a version to devices, in waves',
  request: {
    body: jsonBody(
      z.object({ model: nameSchema, version: z.number().int().min(1), plan: RolloutPlanSchema.optional() }),
    ),
  },
  responses: { 202: json('The rollout, under way', rolloutSchema) },
});

const show = route('viewer', {
  method: 'get',
  path: '/rollouts/{id}',
  summary: 'One rollout and each of its devices',
  request: { params: idParam },
  responses: {
    200: json('The rollout', z.object({ rollout: rolloutSchema, devices: z.array(rolloutDeviceSchema) })),
  },
});

const pause = route('operator', {
  method: 'post',
  path: '/rollouts/{id}/pause',
  summary: 'Offer it to no further device for now',
  request: { params: idParam },
  responses: { 200: json('The rollout', rolloutSchema) },
});

const resume = route('operator', {
  method: 'post',
  path: '/rollouts/{id}/resume',
  summary: 'Go on with a paused rollout',
  request: { params: idParam },
  responses: { 200: json('The rollout', rolloutSchema) },
});

const abort = route('operator', {
  method: 'post',
  path: '/rollouts/{id}/abort',
  summary: 'End it here; devices on which it runs well keep it',
  request: { params: idParam },
  responses: { 200: json('The rollout', rolloutSchema) },
});

const rollBack = route('operator', {
  method: 'post',
  path: '/rollouts/{id}/roll-back',
  summary: 'Send its devices back to what they ran before',
  request: { params: idParam },
  responses: { 200: json('The rollout', rolloutSchema) },
});

/** Rollouts. */
export const rolloutRoutes = newRouter()
  .openapi(list, async (c) => {
    const rollouts = await c.var.parts.store.rollouts.list({ model: c.req.valid('query').model });
    return c.json({ rollouts }, 200);
  })
  .openapi(start, async (c) => {
    const request = { ...c.req.valid('json'), requestedBy: c.var.caller.name };
    return c.json(await c.var.parts.pipeline.startRollout(request), 202);
  })
  .openapi(show, async (c) => {
    const { rollouts } = c.var.parts.store;
    const { id } = c.req.valid('param');
    const rollout = await rollouts.find(id);
    if (!rollout) throw new RequestError('NOT_FOUND', `no rollout ${id}`);
    return c.json({ rollout, devices: await rollouts.devices(id) }, 200);
  })
  .openapi(pause, async (c) => {
    return c.json(await c.var.parts.pipeline.pauseRollout(c.req.valid('param').id, c.var.caller.name), 200);
  })
  .openapi(resume, async (c) => {
    return c.json(await c.var.parts.pipeline.resumeRollout(c.req.valid('param').id, c.var.caller.name), 200);
  })
  .openapi(abort, async (c) => {
    return c.json(await c.var.parts.pipeline.abortRollout(c.req.valid('param').id, c.var.caller.name), 200);
  })
  .openapi(rollBack, async (c) => {
    return c.json(await c.var.parts.pipeline.rollBack(c.req.valid('param').id, c.var.caller.name), 200);
  });
