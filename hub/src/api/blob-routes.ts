import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import { parseRange } from './byte-range.ts';
import { bodyParts } from './read-body.ts';
import { binary, json, newRouter, route } from './router.ts';
import { digestSchema } from './schemas/names.ts';

/** Longest blob that a worker may hand in. */
export const MAX_BLOB_BYTES: number = 4 * 1024 * 1024 * 1024;
/** Read and sent at a time. */
const PIECE_BYTES = 1024 * 1024;

const params = z.object({ digest: digestSchema });

const put = route(
  'worker',
  {
    method: 'put',
    path: '/blobs/{digest}',
    summary: 'Keep bytes under their SHA-256',
    request: { params, body: { required: true, content: binary } },
    responses: { 201: json('Kept', z.object({ digest: z.string(), sizeBytes: z.number().int() })) },
  },
  { isUpload: true },
);

const get = route('worker', {
  method: 'get',
  path: '/blobs/{digest}',
  summary: 'Bytes by their SHA-256, whole or one range',
  request: { params },
  responses: {
    200: { description: 'The bytes', content: binary },
    206: { description: 'The range asked for', content: binary },
  },
});

/** Blobs: what workers read and hand in. */
export const blobRoutes = newRouter()
  .openapi(put, async (c) => {
    const { digest } = c.req.valid('param');
    const { blobs } = c.var.parts;
    const sizeBytes = await blobs.putStream(bodyParts(c.req.raw.body), { digest, maxBytes: MAX_BLOB_BYTES });
    return c.json({ digest, sizeBytes }, 201);
  })
  .openapi(get, async (c) => {
    const { digest } = c.req.valid('param');
    const { blobs } = c.var.parts;
    const sizeBytes = await blobs.size(digest);
    if (sizeBytes === undefined) throw new RequestError('NOT_FOUND', `no blob ${digest}`);
    const range = parseRange(c.req.header('range'), sizeBytes);
    const { start, end } = range ?? { start: 0, end: sizeBytes };
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(end - start),
      'Accept-Ranges': 'bytes',
      ETag: `"${digest}"`,
      ...(range ? { 'Content-Range': `bytes ${start}-${end - 1}/${sizeBytes}` } : {}),
    };
    const read = (from: number, to: number): Promise<Uint8Array> => blobs.range(digest, from, to);
    return c.body(pieces(read, start, end), range ? 206 : 200, headers);
  });

function pieces(
  read: (from: number, to: number) => Promise<Uint8Array>,
  start: number,
  end: number,
): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream({
    async pull(controller) {
      const until = Math.min(at + PIECE_BYTES, end);
      if (at < until) controller.enqueue(await read(at, until));
      at = until;
      if (at >= end) controller.close();
    },
  });
}
