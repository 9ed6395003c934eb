import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { JobProgress } from '../store/job-store.ts';
import type { QuantizationRecord } from '../store/quantization-store.ts';
import type { Store } from '../store/store.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import { idParam, nameSchema, versionSchema } from './schemas/names.ts';
import { type QuantizationView, quantizationRequestSchema, quantizationSchema } from './schemas/quantizations.ts';

const start = route('operator', {
  method: 'post',
  path: '/models/{name}/versions/{version}/quantizations',
  summary: 'Look for smaller, faster forms of a version for kinds of devices',
  description:
    'Forms of a version that a run made are judged by its held-out rows and may become a version of their own; those of an uploaded version by how far they agree with it.',
  request: {
    params: z.object({ name: nameSchema, version: versionSchema }),
    body: jsonBody(quantizationRequestSchema),
  },
  responses: { 202: json('The quantization, under way', quantizationSchema) },
});

const list = route('viewer', {
  method: 'get',
  path: '/quantizations',
  summary: 'Quantizations that were asked for, newest first',
  request: { query: z.object({ model: nameSchema.optional(), version: versionSchema.optional() }) },
  responses: { 200: json('The quantizations', z.object({ quantizations: z.array(quantizationSchema) })) },
});

const show = route('viewer', {
  method: 'get',
  path: '/quantizations/{id}',
  summary: 'One quantization: how far it is, and everything that was tried',
  request: { params: idParam },
  responses: { 200: json('The quantization', quantizationSchema) },
});

const cancel = route('operator', {
  method: 'post',
  path: '/quantizations/{id}/cancel',
  summary: 'End a quantization that is under way; its worker stops within seconds',
  request: { params: idParam },
  responses: { 200: json('The quantization', quantizationSchema) },
});

/** Searches for smaller forms of versions that are there. */
export const quantizationRoutes = newRouter()
  .openapi(start, async (c) => {
    const { pipeline, store } = c.var.parts;
    const { name: model, version } = c.req.valid('param');
    const requestedBy = c.var.caller.name;
    const started = await pipeline.startQuantization({ ...c.req.valid('json'), model, version, requestedBy });
    return c.json(await withProgress(store, started), 202);
  })
  .openapi(list, async (c) => {
    const { store } = c.var.parts;
    const found = await store.quantizations.list(c.req.valid('query'));
    return c.json({ quantizations: await Promise.all(found.map((entry) => withProgress(store, entry))) }, 200);
  })
  .openapi(show, async (c) => {
    const { store } = c.var.parts;
    const { id } = c.req.valid('param');
    const found = await store.quantizations.find(id);
    if (!found) throw new RequestError('NOT_FOUND', `no quantization ${id}`);
    return c.json(await withProgress(store, found), 200);
  })
  .openapi(cancel, async (c) => {
    const { pipeline, store } = c.var.parts;
    const ended = await pipeline.cancelQuantization(c.req.valid('param').id, c.var.caller.name);
    return c.json(await withProgress(store, ended), 200);
  });

async function withProgress(store: Store, record: QuantizationRecord): Promise<QuantizationView> {
  const isOver = record.state === 'done' || record.state === 'failed';
  const job = record.jobId === null || isOver ? undefined : await store.jobs.find(record.jobId);
  const waiting: JobProgress = { share: 0, stage: 'waiting for a worker', figures: {} };
  return { ...record, progress: job?.state === 'queued' ? waiting : (job?.progress ?? null) };
}
