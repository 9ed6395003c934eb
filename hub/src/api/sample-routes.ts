import { z } from '@hono/zod-openapi';
import { json, jsonBody, newRouter, route } from './router.ts';
import { sampleSchema } from './schemas/loop.ts';
import { limitQuery, nameSchema } from './schemas/names.ts';

const list = route('viewer', {
  method: 'get',
  path: '/samples',
  summary: 'Raw readings that devices were allowed to send, newest first',
  request: {
    query: z.object({
      model: nameSchema,
      version: z.coerce.number().int().min(1).optional(),
      labelled: z.enum(['true', 'false']).optional(),
      limit: limitQuery(100, 10_000),
    }),
  },
  responses: { 200: json('The samples', z.object({ samples: z.array(sampleSchema) })) },
});

const label = route('operator', {
  method: 'post',
  path: '/labels',
  summary: 'Tell the true classes of predictions',
  request: {
    body: jsonBody(
      z.object({
        labels: z
          .array(z.object({ predictionId: z.string().min(1).max(128), label: z.string().min(1).max(1_000) }))
          .min(1)
          .max(10_000),
      }),
    ),
  },
  responses: {
    200: json(
      'How many samples were labelled, and the predictions of which the hub has none',
      z.object({ labelled: z.number().int(), unknown: z.array(z.string()) }),
    ),
  },
});

/** Samples and their labels. */
export const sampleRoutes = newRouter()
  .openapi(list, async (c) => {
    const { labelled, ...filter } = c.req.valid('query');
    const wanted = labelled === undefined ? undefined : labelled === 'true';
    return c.json({ samples: await c.var.parts.store.samples.list({ ...filter, labelled: wanted }) }, 200);
  })
  .openapi(label, async (c) => {
    const { labels } = c.req.valid('json');
    const unknown = await c.var.parts.store.transaction(async (tx) => {
      const missing: string[] = [];
      for (const { predictionId, label: trueClass } of labels) {
        const isKnown = await tx.samples.label(predictionId, trueClass, c.var.caller.name);
        if (!isKnown) missing.push(predictionId);
      }
      return missing;
    });
    return c.json({ labelled: labels.length - unknown.length, unknown }, 200);
  });
