import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { ColumnKind, DatasetRecord } from '../store/dataset-store.ts';
import type { Store } from '../store/store.ts';
import { readBody } from './read-body.ts';
import { json, newRouter, route } from './router.ts';
import { datasetSchema } from './schemas/datasets.ts';
import { limitQuery, nameParam, nameSchema, versionSchema } from './schemas/names.ts';

/** Longest uploaded file, as sent. */
export const MAX_DATASET_BYTES: number = 512 * 1024 * 1024;

const flag = z.enum(['true', 'false']).optional();
const versionParam = z.object({ name: nameSchema, version: versionSchema });

const upload = route(
  'operator',
  {
    method: 'post',
    path: '/datasets',
    summary: 'Import a file as the next version of a data set',
    description:
      'The body is the file itself, plain or gzip. Of `images` and `texts` it is a tar archive: one row a file, called by its sub-folder; images may come with a `labels.csv` whose column `file` names them.',
    request: {
      query: z.object({
        name: nameSchema,
        label: z.string().min(1).max(200).optional(),
        labelKind: z.enum(['number', 'category']).optional().openapi({
          description: 'Left out, a number that has more than 20 values or fractions is one, all else are classes',
        }),
        format: z.enum(['csv', 'jsonl', 'images', 'texts']).optional(),
        kinds: z
          .string()
          .max(20_000)
          .regex(/^[^=,]+=(number|category|text|time|identifier)(,[^=,]+=(number|category|text|time|identifier))*$/, {
            error: 'must be column=kind, separated by commas, of kinds number, category, text, time, identifier',
          })
          .optional()
          .openapi({ description: 'Kinds of columns, where the guess would be wrong: `postcode=category,note=text`' }),
        units: z
          .string()
          .max(20_000)
          .regex(/^[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*$/, { error: 'must be column=unit, separated by commas' })
          .optional()
          .openapi({ description: 'What number columns are in: `pressure=bar,oil=°C`' }),
        dropDuplicates: flag,
        imageSize: z
          .string()
          .regex(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/, { error: 'must be HEIGHTxWIDTH, such as 48x64' })
          .optional()
          .openapi({ description: 'Of all images; left out, the size that most of them have' }),
        channels: z.enum(['1', '3']).optional().openapi({ description: 'Of all images: 1 grey, 3 colours' }),
        skipBroken: flag.openapi({ description: 'Leave out images and texts that cannot be read' }),
        origin: z.string().max(500).optional(),
      }),
      body: {
        required: true,
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
    },
    responses: { 201: json('The new version', datasetSchema) },
  },
  { isUpload: true },
);

const list = route('viewer', {
  method: 'get',
  path: '/datasets',
  summary: 'All versions of all data sets',
  responses: { 200: json('The versions', z.object({ datasets: z.array(datasetSchema) })) },
});

const newest = route('viewer', {
  method: 'get',
  path: '/datasets/{name}',
  summary: 'The newest version of a data set',
  request: { params: nameParam },
  responses: { 200: json('The version', datasetSchema) },
});

const show = route('viewer', {
  method: 'get',
  path: '/datasets/{name}/versions/{version}',
  summary: 'One version of a data set',
  request: { params: versionParam },
  responses: { 200: json('The version', datasetSchema) },
});

const rows = route('viewer', {
  method: 'get',
  path: '/datasets/{name}/versions/{version}/rows',
  summary: 'The first rows of a version',
  request: { params: versionParam, query: z.object({ limit: limitQuery(20, 1_000) }) },
  responses: {
    200: json(
      'The rows',
      z.object({
        columns: z.array(z.string()),
        rows: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
      }),
    ),
  },
});

/** Data sets. */
export const datasetRoutes = newRouter()
  .openapi(upload, async (c) => {
    const { kinds, units, imageSize, channels, dropDuplicates, skipBroken, origin, ...query } = c.req.valid('query');
    const bytes = await readBody(c.req.raw.body, MAX_DATASET_BYTES);
    const record = await c.var.parts.datasets.importFile({
      ...query,
      bytes,
      columnKinds: kinds === undefined ? undefined : (pairs(kinds) as Record<string, ColumnKind>),
      units: units === undefined ? undefined : pairs(units),
      imageSize: imageSize === undefined ? undefined : sizeOf(imageSize),
      channels: channels === undefined ? undefined : channels === '1' ? 1 : 3,
      skipBroken: skipBroken === 'true',
      dropDuplicates: dropDuplicates === 'true',
      origin: origin ?? `upload by ${c.var.caller.name}`,
    });
    return c.json(record, 201);
  })
  .openapi(list, async (c) => c.json({ datasets: await c.var.parts.store.datasets.list() }, 200))
  .openapi(newest, async (c) => c.json(await find(c.var.parts.store, c.req.valid('param').name), 200))
  .openapi(show, async (c) => {
    const { name, version } = c.req.valid('param');
    return c.json(await find(c.var.parts.store, name, version), 200);
  })
  .openapi(rows, async (c) => {
    const { name, version } = c.req.valid('param');
    const found = await c.var.parts.datasets.preview(name, version, c.req.valid('query').limit);
    return c.json({ columns: [...found.columns], rows: found.rows.map((row) => [...row]) }, 200);
  });

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string]));
}

function sizeOf(text: string): { height: number; width: number } {
  const [height = 1, width = 1] = text.split('x').map(Number);
  return { height, width };
}

async function find(store: Store, name: string, version?: number): Promise<DatasetRecord> {
  const record = await store.datasets.find(name, version);
  if (!record) throw new RequestError('NOT_FOUND', `no data set ${name}${version === undefined ? '' : `@${version}`}`);
  return record;
}
