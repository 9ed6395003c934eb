import { z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { LiveStream } from './live-stream.ts';
import { json, newRouter, route } from './router.ts';
import { eventSchema } from './schemas/fleet.ts';
import { limitQuery, nameSchema } from './schemas/names.ts';

const list = route('viewer', {
  method: 'get',
  path: '/events',
  summary: 'What happened, oldest first: the first that match after `afterId`, or else the newest',
  request: {
    query: z.object({
      afterId: z.coerce.number().int().min(0).optional(),
      device: nameSchema.optional(),
      model: nameSchema.optional(),
      kind: z.string().max(64).optional(),
      limit: limitQuery(200, 2_000),
    }),
  },
  responses: { 200: json('The events', z.object({ events: z.array(eventSchema) })) },
});

const stream = route(
  'viewer',
  {
    method: 'get',
    path: '/events/stream',
    summary: 'What happens from now on, as server-sent events',
    description:
      'Event `event` carries an Event; event `telemetry` one stored frame. With the header `Last-Event-ID`, or ' +
      '`lastEventId` in the query, the events after that one come first.',
    request: {
      query: z.object({
        token: z
          .string()
          .max(200)
          .optional()
          .openapi({ description: 'API token, for callers that cannot set headers' }),
        lastEventId: z.coerce.number().int().min(0).optional(),
      }),
    },
    responses: {
      200: { description: 'A stream without end', content: { 'text/event-stream': { schema: z.string() } } },
    },
  },
  { tokenInQuery: true },
);

/** Events, kept and live. */
export const eventRoutes = newRouter()
  .openapi(list, async (c) => {
    const { device, ...filter } = c.req.valid('query');
    return c.json({ events: await c.var.parts.store.events.list({ ...filter, deviceId: device }) }, 200);
  })
  .openapi(stream, (c) => {
    const { store, live } = c.var.parts;
    const header = Number(c.req.header('last-event-id') ?? Number.NaN);
    const lastId = Number.isInteger(header) ? header : c.req.valid('query').lastEventId;
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, (sse) => new LiveStream({ sse, store, live }).run(lastId));
  });
