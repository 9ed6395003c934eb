import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { TelemetryFilter } from '../store/telemetry-store.ts';
import { json, newRouter, route } from './router.ts';
import { limitQuery, nameSchema } from './schemas/names.ts';
import { figuresOf, type WindowFigures } from './telemetry-figures.ts';

/** Figures of one device and version over one stretch of time. */
interface SeriesPoint extends WindowFigures {
  readonly deviceId: string;
  readonly slot: string;
  readonly version: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly windows: number;
}

const count = z.number().int();
const pointSchema: z.ZodType<SeriesPoint> = z
  .object({
    deviceId: z.string(),
    slot: z.string(),
    version: count,
    fromMs: count,
    toMs: count,
    windows: count,
    readings: count,
    predictions: count,
    errors: count,
    labelled: count,
    correct: count,
    trueAccuracy: z.number().nullable(),
    estimatedAccuracy: z.number().nullable(),
    latencyP50Ms: z.number().nullable(),
    latencyP95Ms: z.number().nullable(),
  })
  .openapi('TelemetryPoint');

const ROLLUP_STEPS = { minute: 60_000, hour: 3_600_000 } as const;
const time = z.coerce.number().int().min(0);

const series = route('viewer', {
  method: 'get',
  path: '/telemetry',
  summary: 'Telemetry of a model over time, by device and version',
  description: 'Times are when the hub received the windows. With `step=raw` one point is one window.',
  request: {
    query: z.object({
      model: nameSchema,
      version: z.coerce.number().int().min(1).optional(),
      device: nameSchema.optional(),
      from: time.default(0),
      to: time.optional(),
      step: z.enum(['raw', 'minute', 'hour']).default('minute'),
      limit: limitQuery(5_000, 50_000).openapi({ description: 'The newest so many windows; only for step=raw' }),
    }),
  },
  responses: { 200: json('The points, oldest first', z.object({ series: z.array(pointSchema) })) },
});

const totals = route('viewer', {
  method: 'get',
  path: '/telemetry/totals',
  summary: 'What was stored in all, and what ingest did since the hub started',
  responses: {
    200: json(
      'The counts',
      z.object({
        windows: count.openapi({ description: 'Windows in the database' }),
        readings: count.openapi({ description: 'Readings in those windows' }),
        frames: count.openapi({ description: 'Telemetry messages since the start of the hub, as are all below' }),
        bytes: count.openapi({ description: 'Payload of those messages' }),
        duplicates: count,
        rejected: count,
        gaps: count,
        malformed: count,
        samples: count,
        sampleDuplicates: count,
        samplesRejected: count,
      }),
    ),
  },
});

/** Telemetry. */
export const telemetryRoutes = newRouter()
  .openapi(series, async (c) => {
    const { store, clock } = c.var.parts;
    const { model, version, device, from, to, step, limit } = c.req.valid('query');
    if (!(await store.models.find(model))) throw new RequestError('NOT_FOUND', `no model ${model}`);
    const filter = { model, version, deviceId: device, fromMs: from, toMs: to ?? clock.nowMs() + 1 };
    const points = step === 'raw' ? await rawPoints(store, filter, limit) : await rollupPoints(store, filter, step);
    return c.json({ series: points }, 200);
  })
  .openapi(totals, async (c) => {
    const { store, ingestTotals } = c.var.parts;
    const { telemetry, samples } = ingestTotals();
    const { frames, bytes, duplicates, rejected, gaps, malformed } = telemetry;
    return c.json(
      {
        ...(await store.telemetry.totals()),
        frames,
        bytes,
        duplicates,
        rejected,
        gaps,
        malformed: malformed + samples.malformed,
        samples: samples.stored,
        sampleDuplicates: samples.duplicates,
        samplesRejected: samples.rejected,
      },
      200,
    );
  });

async function rawPoints(store: Store, filter: TelemetryFilter, limit: number): Promise<SeriesPoint[]> {
  const windows = await store.telemetry.windows({ ...filter, limit });
  return windows.map(({ deviceId, window }) => ({
    deviceId,
    slot: window.slot,
    version: window.version,
    fromMs: window.startMs,
    toMs: window.endMs,
    windows: 1,
    ...figuresOf(window),
  }));
}

async function rollupPoints(store: Store, filter: TelemetryFilter, step: 'minute' | 'hour'): Promise<SeriesPoint[]> {
  const rollups = await store.telemetry.rollups({ ...filter, stepMs: ROLLUP_STEPS[step] });
  return rollups.map(({ deviceId, slot, version, bucketMs, stepMs, windows, window }) => ({
    deviceId,
    slot,
    version,
    fromMs: bucketMs,
    toMs: bucketMs + stepMs,
    windows,
    ...figuresOf(window),
  }));
}
