import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { accessRoutes } from './access-routes.ts';
import type { ApiEnv, ApiParts } from './api-parts.ts';
import { blobRoutes } from './blob-routes.ts';
import { datasetRoutes } from './dataset-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { driftRoutes } from './drift-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { answerError, answerUnknownPath } from './http-errors.ts';
import { hubRoutes } from './hub-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { layersRoutes } from './layers-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { quantizationRoutes } from './quantization-routes.ts';
import { retrainingRoutes } from './retraining-routes.ts';
import { rolloutRoutes } from './rollout-routes.ts';
import { newRouter } from './router.ts';
import { runRoutes } from './run-routes.ts';
import { sampleRoutes } from './sample-routes.ts';
import { telemetryRoutes } from './telemetry-routes.ts';
import { uploadRoutes } from './upload-routes.ts';
import { variantTestRoutes } from './variant-test-routes.ts';

/** Every route of the web API, below /api/v1. */
export const apiRoutes = newRouter()
  .route('/', hubRoutes)
  .route('/', accessRoutes)
  .route('/', deviceRoutes)
  .route('/', datasetRoutes)
  .route('/', uploadRoutes)
  .route('/', runRoutes)
  .route('/', layersRoutes)
  .route('/', modelRoutes)
  .route('/', variantTestRoutes)
  .route('/', quantizationRoutes)
  .route('/', rolloutRoutes)
  .route('/', telemetryRoutes)
  .route('/', driftRoutes)
  .route('/', retrainingRoutes)
  .route('/', sampleRoutes)
  .route('/', eventRoutes)
  .route('/', jobRoutes)
  .route('/', blobRoutes);

/** Type of the web API, for Hono's typed client: `hc<AppType>('/api/v1')`. */
export type AppType = typeof apiRoutes;

export const API_ROOT = '/api/v1';

/** The OpenAPI 3.1 document of all routes. */
export function openApiDocument(version: string): ReturnType<typeof apiRoutes.getOpenAPI31Document> {
  const scheme = { type: 'http', scheme: 'bearer' } as const;
  if (!apiRoutes.openAPIRegistry.definitions.some((entry) => entry.type === 'component' && entry.name === 'bearer')) {
    apiRoutes.openAPIRegistry.registerComponent('securitySchemes', 'bearer', scheme);
  }
  return apiRoutes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Edgeloop',
      version,
      description: 'Trains, signs and rolls out models, and hears how they do on the devices.',
    },
    servers: [{ url: API_ROOT }],
  });
}

/** The whole web server: API, its page, and the console. */
export function createApp(parts: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError((error, c) => answerError(error, c, parts.log));
  app.notFound(answerUnknownPath);
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'no-referrer', strictTransportSecurity: false }));
  app.use(async (c, next) => {
    c.set('parts', parts);
    await next();
  });
  app.use(`${API_ROOT}/*`, async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });
  app.get(`${API_ROOT}/openapi.json`, (c) => c.json(openApiDocument(parts.info().version)));
  app.route(API_ROOT, apiRoutes);
  app.route('/', pageRoutes());
  return app;
}
