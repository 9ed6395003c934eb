import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import type { DeviceRecord } from '../store/device-store.ts';
import type { ModelRecord, VersionRecord } from '../store/model-store.ts';
import { requireRelease } from '../store/require-release.ts';
import type { Store } from '../store/store.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import {
  aliasMoveSchema,
  type ModelView,
  modelSchema,
  modelViewSchema,
  versionRecordSchema,
} from './schemas/models.ts';
import { nameParam, nameSchema, versionSchema } from './schemas/names.ts';
import { signatureSchema } from './schemas/signature.ts';

const RELEASED_ONLY = new Set(['champion', 'challenger']);

const aliasesSchema = z.record(z.string(), z.number().int());

const list = route('viewer', {
  method: 'get',
  path: '/models',
  summary: 'All models',
  responses: { 200: json('The models', z.object({ models: z.array(modelViewSchema) })) },
});

const show = route('viewer', {
  method: 'get',
  path: '/models/{name}',
  summary: 'One model with its versions, aliases and every move of an alias',
  request: { params: nameParam },
  responses: {
    200: json(
      'The model',
      z.object({
        model: modelSchema,
        versions: z.array(versionRecordSchema),
        aliases: aliasesSchema,
        moves: z.array(aliasMoveSchema),
      }),
    ),
  },
});

const showVersion = route('viewer', {
  method: 'get',
  path: '/models/{name}/versions/{version}',
  summary: 'One version',
  request: { params: z.object({ name: nameSchema, version: versionSchema }) },
  responses: { 200: json('The version', versionRecordSchema) },
});

const showSignature = route('viewer', {
  method: 'get',
  path: '/models/{name}/versions/{version}/signature',
  summary: 'What goes into a version and what comes out, as it was signed for devices',
  request: { params: z.object({ name: nameSchema, version: versionSchema }) },
  responses: { 200: json('The signature', signatureSchema) },
});

const moveAlias = route('operator', {
  method: 'put',
  path: '/models/{name}/aliases/{alias}',
  summary: 'Point an alias at a version',
  request: {
    params: z.object({ name: nameSchema, alias: nameSchema }),
    body: jsonBody(z.object({ version: z.number().int().min(1) })),
  },
  responses: { 200: json('The move', aliasMoveSchema) },
});

/** Models and their versions. */
export const modelRoutes = newRouter()
  .openapi(list, async (c) => {
    const { store } = c.var.parts;
    const [models, devices] = [await store.models.list(), await store.devices.list()];
    return c.json({ models: await Promise.all(models.map((model) => viewOf(store, model, devices))) }, 200);
  })
  .openapi(show, async (c) => {
    const { models } = c.var.parts.store;
    const { name } = c.req.valid('param');
    const model = await models.find(name);
    if (!model) throw new RequestError('NOT_FOUND', `no model ${name}`);
    const versions = await models.listVersions(name);
    const [aliases, moves] = [await models.aliases(name), await models.aliasMoves(name)];
    return c.json({ model, versions, aliases, moves }, 200);
  })
  .openapi(showVersion, async (c) => {
    const { name, version } = c.req.valid('param');
    return c.json(await findVersion(c.var.parts.store, name, version), 200);
  })
  .openapi(showSignature, async (c) => {
    const { name, version } = c.req.valid('param');
    return c.json(await c.var.parts.releases.signature(name, version), 200);
  })
  .openapi(moveAlias, async (c) => {
    const { store, clock } = c.var.parts;
    const { name, alias } = c.req.valid('param');
    const { version } = c.req.valid('json');
    const record = await findVersion(store, name, version);
    // What devices run and what challenges it must be something that devices can get.
    if (RELEASED_ONLY.has(alias)) requireRelease(record);
    const nowMs = clock.nowMs();
    const cause = `request of ${c.var.caller.name}`;
    const move = await store.transaction(async (tx) => {
      const made = await tx.models.moveAlias(name, { alias, toVersion: version, cause, atMs: nowMs });
      const message = `${alias} of ${name} moved from ${made.fromVersion ?? 'nothing'} to ${version}: ${cause}`;
      await tx.events.add(
        { level: 'info', kind: 'model.alias-moved', model: name, message, detail: { ...made } },
        nowMs,
      );
      return made;
    });
    return c.json(move, 200);
  });

async function findVersion(store: Store, name: string, version: number): Promise<VersionRecord> {
  const record = await store.models.findVersion(name, version);
  if (!record) throw new RequestError('NOT_FOUND', `no version ${name}@${version}`);
  return record;
}

async function viewOf(store: Store, model: ModelRecord, devices: readonly DeviceRecord[]): Promise<ModelView> {
  const newest = (await store.models.nextVersion(model.name)) - 1;
  const liveDevices: Record<string, number> = {};
  for (const { running } of devices.flatMap((device) => device.reported?.slots ?? [])) {
    if (running?.model === model.name) liveDevices[running.version] = (liveDevices[running.version] ?? 0) + 1;
  }
  const aliases = await store.models.aliases(model.name);
  return { ...model, aliases, newestVersion: newest === 0 ? null : newest, liveDevices };
}
