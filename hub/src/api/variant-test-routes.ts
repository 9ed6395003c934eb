import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import { summarizeVariantTests, variantRefusals } from '../fleet/summarize-variant-tests.ts';
import { json, newRouter, route } from './router.ts';
import { limitQuery, nameSchema, versionSchema } from './schemas/names.ts';
import { variantRefusalSchema, variantTestSchema, variantTestSummarySchema } from './schemas/variant-tests.ts';

const tests = route('viewer', {
  method: 'get',
  path: '/models/{name}/versions/{version}/tests',
  summary: 'What devices found when they tested the variants of a version',
  description:
    'A device computes the golden vectors of a variant before the variant may serve; one that is out of tolerance, crashes ' +
    'or cannot be loaded is refused there, and the next one of the release is tried. `summary` has a line for each profile ' +
    'and variant, `refusals` one for each processor that refused a variant, both over all devices; `tests` are the newest.',
  request: {
    params: z.object({ name: nameSchema, version: versionSchema }),
    query: z.object({ limit: limitQuery(200, 2_000) }),
  },
  responses: {
    200: json(
      'The tests',
      z.object({
        summary: z.array(variantTestSummarySchema),
        refusals: z.array(variantRefusalSchema),
        tests: z.array(variantTestSchema),
      }),
    ),
  },
});

/** How the variants of a version do on the devices. */
export const variantTestRoutes = newRouter().openapi(tests, async (c) => {
  const { store } = c.var.parts;
  const { name, version } = c.req.valid('param');
  const record = await store.models.findVersion(name, version);
  if (!record) throw new RequestError('NOT_FOUND', `no version ${name}@${version}`);
  const all = await store.variantTests.ofVersion(name, version);
  const newest = all.toSorted((a, b) => b.receivedMs - a.receivedMs).slice(0, c.req.valid('query').limit);
  const order = record.variants.map((variant) => variant.name);
  const inOrder = all.toSorted((a, b) => order.indexOf(a.variant) - order.indexOf(b.variant));
  return c.json({ summary: summarizeVariantTests(inOrder), refusals: variantRefusals(inOrder), tests: newest }, 200);
});
