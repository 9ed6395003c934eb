import { z } from '@hono/zod-openapi';
import { bodyParts } from './read-body.ts';
import { binary, json, newRouter, route } from './router.ts';
import { digestSchema } from './schemas/names.ts';

/** Longest file of layers, or of their weights. */
export const MAX_LAYERS_BYTES: number = 256 * 1024 * 1024;

const keep = route(
  'operator',
  {
    method: 'post',
    path: '/layers',
    summary: 'Keep a model.json of Keras or TensorFlow.js, or its weights, for recipes of family layers',
    request: {
      query: z.object({ digest: digestSchema.openapi({ description: 'SHA-256 of the file' }) }),
      body: { required: true, content: binary },
    },
    responses: { 201: json('Kept', z.object({ digest: z.string(), sizeBytes: z.number().int() })) },
  },
  { isUpload: true },
);

/** Files that recipes bring along. */
export const layersRoutes = newRouter().openapi(keep, async (c) => {
  const { digest } = c.req.valid('query');
  const body = bodyParts(c.req.raw.body);
  const sizeBytes = await c.var.parts.blobs.putStream(body, { digest, maxBytes: MAX_LAYERS_BYTES });
  return c.json({ digest, sizeBytes }, 201);
});
