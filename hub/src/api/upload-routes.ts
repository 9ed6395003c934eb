import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { UploadRecord } from '../store/upload-store.ts';
import type { CalibrationWish } from './pipeline-actions.ts';
import { bodyParts } from './read-body.ts';
import { json, newRouter, route } from './router.ts';
import { digestSchema, idParam, nameSchema } from './schemas/names.ts';
import { calibrationSchema } from './schemas/quantizations.ts';
import { type UploadView, uploadSchema } from './schemas/uploads.ts';

/** Longest model file. The hub reads it whole to check it. */
export const MAX_MODEL_FILE_BYTES: number = 512 * 1024 * 1024;

const upload = route(
  'operator',
  {
    method: 'post',
    path: '/uploads',
    summary: 'Hand in an ONNX model as the next version of a model',
    description:
      'The body is the file itself. A worker loads and describes it, and looks for smaller forms; then it is a version, without a release: it can be trained from, not rolled out.',
    request: {
      query: z.object({
        model: nameSchema,
        digest: digestSchema.openapi({ description: 'SHA-256 of the file' }),
        fileName: z.string().min(1).max(255).default('model.onnx'),
        description: z.string().max(2_000).default(''),
        quantize: z
          .enum(['true', 'false'])
          .default('true')
          .openapi({ description: 'Whether smaller forms are looked for' }),
        calibration: z.string().max(64_000).optional().openapi({
          description:
            'JSON as in the field of a quantization: a data set, and how its rows become the input of the model',
        }),
      }),
      body: {
        required: true,
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
    },
    responses: {
      200: json('The same file was handed in before', z.object({ isNew: z.boolean(), upload: uploadSchema })),
      202: json('The upload, under way', z.object({ isNew: z.boolean(), upload: uploadSchema })),
    },
  },
  { isUpload: true },
);

const list = route('viewer', {
  method: 'get',
  path: '/uploads',
  summary: 'Uploads of models, newest first',
  request: { query: z.object({ model: nameSchema.optional() }) },
  responses: { 200: json('The uploads', z.object({ uploads: z.array(uploadSchema) })) },
});

const show = route('viewer', {
  method: 'get',
  path: '/uploads/{id}',
  summary: 'One upload and how far it is',
  request: { params: idParam },
  responses: { 200: json('The upload', uploadSchema) },
});

const cancel = route('operator', {
  method: 'post',
  path: '/uploads/{id}/cancel',
  summary: 'End the step of an upload that is under way; its worker stops within seconds',
  description: 'While smaller forms are looked for, that search ends, and the model becomes a version without them.',
  request: { params: idParam },
  responses: { 200: json('The upload', uploadSchema) },
});

/** Models that were made elsewhere. */
export const uploadRoutes = newRouter()
  .openapi(upload, async (c) => {
    const { blobs, pipeline, store } = c.var.parts;
    const { quantize, calibration: said, ...query } = c.req.valid('query');
    const calibration = said === undefined ? undefined : await readCalibration(store, said);
    const body = bodyParts(c.req.raw.body);
    const sizeBytes = await blobs
      .putStream(body, { digest: query.digest, maxBytes: MAX_MODEL_FILE_BYTES })
      .catch((error: unknown) => {
        throw tooLarge(error);
      });
    const wish = { quantize: quantize === 'true', calibration };
    const started = await pipeline.startUpload({ ...query, ...wish, sizeBytes, requestedBy: c.var.caller.name });
    const answer = { isNew: started.isNew, upload: await withProgress(store, started.upload) };
    return started.isNew ? c.json(answer, 202) : c.json(answer, 200);
  })
  .openapi(list, async (c) => {
    const { store } = c.var.parts;
    const uploads = await store.uploads.list({ model: c.req.valid('query').model });
    return c.json({ uploads: await Promise.all(uploads.map((entry) => withProgress(store, entry))) }, 200);
  })
  .openapi(show, async (c) => {
    const { store } = c.var.parts;
    const { id } = c.req.valid('param');
    const found = await store.uploads.find(id);
    if (!found) throw new RequestError('NOT_FOUND', `no upload ${id}`);
    return c.json(await withProgress(store, found), 200);
  })
  .openapi(cancel, async (c) => {
    const { pipeline, store } = c.var.parts;
    const ended = await pipeline.cancelUpload(c.req.valid('param').id, c.var.caller.name);
    return c.json(await withProgress(store, ended), 200);
  });

/** Before the file is sent, for a long one. @throws RequestError INVALID_INPUT, NOT_FOUND */
async function readCalibration(store: Store, text: string): Promise<CalibrationWish> {
  const read = calibrationSchema.safeParse(parseJson(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = ['calibration', ...(issue?.path ?? [])].join('.');
    throw new RequestError('INVALID_INPUT', `${field}: ${issue?.message ?? 'expected JSON'}`);
  }
  const { name, version } = read.data.dataset;
  if (!(await store.datasets.find(name, version))) {
    throw new RequestError('NOT_FOUND', `no data set ${version === undefined ? name : `${name}@${version}`}`);
  }
  return read.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError('INVALID_INPUT', 'calibration: expected JSON', { cause });
  }
}

/** A limit in the words of who handed the file in. */
function tooLarge(error: unknown): unknown {
  if (!(error instanceof RequestError && error.code === 'TOO_LARGE')) return error;
  const message = `a model file may have ${MAX_MODEL_FILE_BYTES} bytes, got more`;
  return new RequestError('TOO_LARGE', message, { details: { maxBytes: MAX_MODEL_FILE_BYTES } });
}

async function withProgress(store: Store, record: UploadRecord): Promise<UploadView> {
  const job = record.jobId === null ? undefined : await store.jobs.find(record.jobId);
  return { ...record, progress: job?.progress ?? null };
}
