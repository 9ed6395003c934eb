import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { JobProgress, JobRecord } from '../store/job-store.ts';
import { isRunOver, type RunRecord } from '../store/run-store.ts';
import type { Store } from '../store/store.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import { jobMetricsSchema } from './schemas/jobs.ts';
import { idParam, nameSchema } from './schemas/names.ts';
import { type RunView, runSchema } from './schemas/runs.ts';

const start = route('operator', {
  method: 'post',
  path: '/runs',
  summary: 'Train a model: train, quantize, evaluate, sign',
  request: {
    body: jsonBody(
      z.object({
        model: nameSchema,
        dataset: z.object({ name: nameSchema, version: z.number().int().min(1).optional() }),
        recipe: z.record(z.string(), z.unknown()).optional(),
        description: z.string().max(2_000).optional(),
      }),
    ),
  },
  responses: { 202: json('The run, under way', runSchema) },
});

const list = route('viewer', {
  method: 'get',
  path: '/runs',
  summary: 'Runs, newest first',
  request: { query: z.object({ model: nameSchema.optional() }) },
  responses: { 200: json('The runs', z.object({ runs: z.array(runSchema) })) },
});

const show = route('viewer', {
  method: 'get',
  path: '/runs/{id}',
  summary: 'One run and how far it is',
  request: { params: idParam },
  responses: { 200: json('The run', runSchema) },
});

const metrics = route('viewer', {
  method: 'get',
  path: '/runs/{id}/metrics',
  summary: 'Figures of the training so far, by step (thinned) and by epoch',
  request: { params: idParam },
  responses: { 200: json('The figures', jobMetricsSchema) },
});

const cancel = route('operator', {
  method: 'post',
  path: '/runs/{id}/cancel',
  summary: 'End a run that is under way; its worker stops within seconds',
  request: { params: idParam },
  responses: { 200: json('The run', runSchema) },
});

const resume = route('operator', {
  method: 'post',
  path: '/runs/{id}/resume',
  summary: 'Go on with a failed or cancelled run, from its checkpoint if it has one',
  request: { params: idParam },
  responses: { 202: json('The run, under way again', runSchema) },
});

/** Training runs. */
export const runRoutes = newRouter()
  .openapi(start, async (c) => {
    const { pipeline, store } = c.var.parts;
    const run = await pipeline.startRun({ ...c.req.valid('json'), requestedBy: c.var.caller.name });
    return c.json(await withProgress(store, run), 202);
  })
  .openapi(list, async (c) => {
    const { store } = c.var.parts;
    const runs = await store.runs.list({ model: c.req.valid('query').model });
    return c.json({ runs: await Promise.all(runs.map((run) => withProgress(store, run))) }, 200);
  })
  .openapi(show, async (c) => {
    const { store } = c.var.parts;
    const { id } = c.req.valid('param');
    const run = await store.runs.find(id);
    if (!run) throw new RequestError('NOT_FOUND', `no run ${id}`);
    return c.json(await withProgress(store, run), 200);
  })
  .openapi(metrics, async (c) => {
    const { store } = c.var.parts;
    const { id } = c.req.valid('param');
    const run = await store.runs.find(id);
    if (!run) throw new RequestError('NOT_FOUND', `no run ${id}`);
    return c.json(await store.jobMetrics.list(run.trainJobId ?? ''), 200);
  })
  .openapi(cancel, async (c) => {
    const { pipeline, store } = c.var.parts;
    const run = await pipeline.cancelRun(c.req.valid('param').id, c.var.caller.name);
    return c.json(await withProgress(store, run), 200);
  })
  .openapi(resume, async (c) => {
    const { pipeline, store } = c.var.parts;
    const run = await pipeline.resumeRun(c.req.valid('param').id, c.var.caller.name);
    return c.json(await withProgress(store, run), 202);
  });

async function withProgress(store: Store, run: RunRecord): Promise<RunView> {
  const mayHaveCheckpoint = !isRunOver(run) || run.state === 'failed' || run.state === 'cancelled';
  const job = run.jobId === null || !mayHaveCheckpoint ? undefined : await store.jobs.find(run.jobId);
  const progress = isRunOver(run) || !job ? null : progressOf(job);
  return { ...run, progress, checkpoint: job?.checkpoint ?? null };
}

/** A job that no worker holds looks like one that does not get on, so it is said. */
function progressOf({ state, progress }: JobRecord): JobProgress | null {
  return state === 'queued' ? { figures: {}, share: 0, ...progress, stage: 'waiting for a worker' } : progress;
}
