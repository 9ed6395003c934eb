import { relative, resolve } from 'node:path';
import { z } from 'zod';
import type { AgentConfig } from './config.ts';

const text = z.string().min(1);
const count = z.int().min(0);

const sensorFault = z.strictObject({
  feature: text,
  add: z.number().optional(),
  multiply: z.number().optional(),
  stuckAt: z.number().optional(),
  missing: z.boolean().optional(),
  fromRow: count.optional(),
  afterRows: count.optional(),
  whenFileExists: text.optional(),
});

const window = z
  .strictObject({
    stride: z.int().min(1).optional(),
    groupField: text.optional(),
    timeField: text.optional(),
    maxGapMs: z.number().positive().optional(),
    label: z.enum(['last', 'majority']).optional(),
  })
  .optional();

const replay = {
  path: text,
  rowsPerSecond: z.number().positive().max(1_000_000),
  labelColumn: text.optional(),
  loop: z.boolean().optional(),
  shard: z
    .strictObject({ index: count, count: z.int().min(1) })
    .refine(({ index, count: shards }) => index < shards, 'index must be below count')
    .optional(),
  startRow: count.optional(),
  endRow: count.optional(),
  faults: z.array(sensorFault).optional(),
  window,
};

const maxPixels = z
  .int()
  .min(1)
  .max(256 * 1024 * 1024)
  .optional();

const imageFolder = z
  .strictObject({
    kind: z.literal('image-folder'),
    path: text,
    order: z.enum(['name', 'mtime']).optional(),
    pollMs: z.int().min(10).max(3_600_000).optional(),
    after: z.union([z.enum(['keep', 'delete']), z.strictObject({ moveTo: text })]).optional(),
    labelFromFolder: z.boolean().optional(),
    maxPixels,
  })
  .refine(({ path, after, labelFromFolder }) => {
    // Else what was moved would be read again, with the name of that folder as its class.
    return labelFromFolder !== true || typeof after !== 'object' || !isInside(after.moveTo, path);
  }, 'after.moveTo must not lie in the folder whose folders are classes');

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('csv-replay'), ...replay }),
  z.strictObject({ kind: z.literal('jsonl-replay'), ...replay }),
  z.strictObject({
    kind: z.literal('http'),
    port: z.int().min(0).max(65_535),
    host: text.optional(),
    maxBodyBytes: z
      .int()
      .min(1_024)
      .max(256 * 1024 * 1024)
      .optional(),
    maxPixels,
  }),
  z.strictObject({ kind: z.literal('mqtt'), url: text, topic: text, labelField: text.optional(), window }),
  imageFolder,
  z.strictObject({
    kind: z.literal('text-lines'),
    path: text,
    field: text.optional(),
    follow: z.boolean().optional(),
    from: z.enum(['beginning', 'end']).optional(),
    maxLineBytes: z
      .int()
      .min(64)
      .max(16 * 1024 * 1024)
      .optional(),
  }),
]);

const fields = z.boolean().optional();

const sink = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stdout'), fields }),
  z.strictObject({ kind: z.literal('mqtt'), url: text, topic: text, fields }),
  z.strictObject({ kind: z.literal('jsonl'), path: text, fields, maxBytes: z.int().min(1_024).optional() }),
]);

const slot = z.strictObject({ sources: z.array(source).default([]), sinks: z.array(sink).default([]) });

/** The shape of a configuration file. Unknown keys are refused: they are usually typing errors. */
export const configSchema: z.ZodType<AgentConfig> = z.strictObject({
  profile: text.optional(),
  slots: z
    .record(z.string(), slot)
    .default({})
    .refine(hasOneReaderOfInput, 'standard input ("-") can be the source of one slot only'),
  telemetry: z
    .strictObject({ windowMs: z.int().min(100).optional(), outboxBytes: z.int().min(16_384).optional() })
    .optional(),
  trial: z.strictObject({ seconds: z.number().positive().optional(), failures: z.int().min(1).optional() }).optional(),
});

function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way === '' || !way.startsWith('..');
}

function hasOneReaderOfInput(slots: Readonly<Record<string, { readonly sources: readonly object[] }>>): boolean {
  const sources = Object.values(slots).flatMap((one) => one.sources);
  return sources.filter((one) => 'path' in one && one.path === '-').length <= 1;
}
