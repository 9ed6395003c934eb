import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { JobRecord } from '../store/job-store.ts';
import { JOB_KINDS } from '../store/job-store.ts';
import type { ApiParts } from './api-parts.ts';
import { MAX_BLOB_BYTES } from './blob-routes.ts';
import { bodyParts } from './read-body.ts';
import { binary, json, jsonBody, newRouter, route } from './router.ts';
import { jobMetricsUpdateSchema, jobSchema, progressSchema } from './schemas/jobs.ts';
import { digestSchema, idParam, limitQuery } from './schemas/names.ts';

const worker = z.string().min(1).max(100);

const lease = route('worker', {
  method: 'post',
  path: '/jobs/lease',
  summary: 'Take the oldest waiting job of some kinds',
  request: { body: jsonBody(z.object({ worker, kinds: z.array(z.enum(JOB_KINDS)).min(1) })) },
  responses: {
    200: json('The job, leased to this worker', jobSchema),
    204: { description: 'No job waits' },
  },
});

const heartbeat = route('worker', {
  method: 'post',
  path: '/jobs/{id}/heartbeat',
  summary: 'Keep the lease and tell how far the job is',
  request: { params: idParam, body: jsonBody(z.object({ worker, progress: progressSchema.optional() })) },
  responses: { 204: { description: 'The lease is longer now' } },
});

const record = route('worker', {
  method: 'post',
  path: '/jobs/{id}/metrics',
  summary: 'Add figures of steps and epochs',
  description: 'Telling the same figures twice changes nothing.',
  request: { params: idParam, body: jsonBody(jobMetricsUpdateSchema.extend({ worker })) },
  responses: { 204: { description: 'Kept; the lease is longer now' } },
});

const checkpoint = route(
  'worker',
  {
    method: 'put',
    path: '/jobs/{id}/checkpoint',
    summary: 'Keep from where the job can go on; the one before it is dropped',
    request: {
      params: idParam,
      query: z.object({
        worker,
        digest: digestSchema,
        epoch: z.coerce.number().int().min(1),
        step: z.coerce.number().int().min(0),
      }),
      body: { required: true, content: binary },
    },
    responses: { 204: { description: 'Kept; the lease is longer now' } },
  },
  { isUpload: true },
);

const complete = route('worker', {
  method: 'post',
  path: '/jobs/{id}/complete',
  summary: 'End a job well',
  request: { params: idParam, body: jsonBody(z.object({ worker, result: z.unknown() })) },
  responses: { 200: json('The job', jobSchema) },
});

const fail = route('worker', {
  method: 'post',
  path: '/jobs/{id}/fail',
  summary: 'Say that this attempt went wrong',
  request: {
    params: idParam,
    body: jsonBody(
      z.object({ worker, code: z.string().max(64), message: z.string().max(4_000), retryable: z.boolean() }),
    ),
  },
  responses: { 200: json('The job, which waits again when another attempt may go better', jobSchema) },
});

const list = route('viewer', {
  method: 'get',
  path: '/jobs',
  summary: 'Jobs, newest first',
  request: {
    query: z.object({
      state: z.enum(['queued', 'leased', 'done', 'failed', 'cancelled']).optional(),
      limit: limitQuery(100, 1_000),
    }),
  },
  responses: { 200: json('The jobs', z.object({ jobs: z.array(jobSchema) })) },
});

const show = route('viewer', {
  method: 'get',
  path: '/jobs/{id}',
  summary: 'One job',
  request: { params: idParam },
  responses: { 200: json('The job', jobSchema) },
});

/** Jobs: how workers get them and give them back. */
export const jobRoutes = newRouter()
  .openapi(lease, async (c) => {
    const request = c.req.valid('json');
    const job = await c.var.parts.queue.lease(request.worker, request.kinds);
    return job ? c.json(job, 200) : c.body(null, 204);
  })
  .openapi(heartbeat, async (c) => {
    const { worker: owner, progress } = c.req.valid('json');
    await c.var.parts.queue.heartbeat(c.req.valid('param').id, owner, progress ?? null);
    return c.body(null, 204);
  })
  .openapi(record, async (c) => {
    const { worker: owner, ...update } = c.req.valid('json');
    await c.var.parts.queue.record(c.req.valid('param').id, owner, update);
    return c.body(null, 204);
  })
  .openapi(checkpoint, async (c) => {
    const { worker: owner, ...sent } = c.req.valid('query');
    const bytes = bodyParts(c.req.raw.body);
    await c.var.parts.checkpoints.keep(c.req.valid('param').id, owner, { ...sent, maxBytes: MAX_BLOB_BYTES }, bytes);
    return c.body(null, 204);
  })
  .openapi(complete, async (c) => {
    const { worker: owner, result } = c.req.valid('json');
    const job = await c.var.parts.queue.complete(c.req.valid('param').id, owner, result);
    return c.json(await ended(c.var.parts, job), 200);
  })
  .openapi(fail, async (c) => {
    const { worker: owner, ...failure } = c.req.valid('json');
    const job = await c.var.parts.queue.fail(c.req.valid('param').id, owner, failure);
    return c.json(await ended(c.var.parts, job), 200);
  })
  .openapi(list, async (c) => c.json({ jobs: await c.var.parts.store.jobs.list(c.req.valid('query')) }, 200))
  .openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const job = await c.var.parts.store.jobs.find(id);
    if (!job) throw new RequestError('NOT_FOUND', `no job ${id}`);
    return c.json(job, 200);
  });

async function ended({ pipeline, log }: ApiParts, job: JobRecord): Promise<JobRecord> {
  if (job.state === 'queued') return job;
  // The job is over whatever comes of it; the pipeline looks at ended jobs again on its next tick.
  pipeline.jobEnded(job).catch((cause) => log.error({ jobId: job.id, cause }, 'an ended job is not taken further'));
  return job;
}
