import { z } from '@hono/zod-openapi';
import { RequestError } from '../errors.ts';
import { COMMAND_KINDS } from '../fleet/device-commands.ts';
import type { Store } from '../store/store.ts';
import { json, jsonBody, newRouter, route } from './router.ts';
import { type DeviceView, deviceSchema } from './schemas/fleet.ts';
import { idParam, labelsSchema, nameSchema } from './schemas/names.ts';

const list = route('viewer', {
  method: 'get',
  path: '/devices',
  summary: 'All devices',
  responses: { 200: json('The devices', z.object({ devices: z.array(deviceSchema) })) },
});

const show = route('viewer', {
  method: 'get',
  path: '/devices/{id}',
  summary: 'One device: what it should run and what it reports',
  request: { params: idParam },
  responses: { 200: json('The device', deviceSchema) },
});

const relabel = route('operator', {
  method: 'patch',
  path: '/devices/{id}',
  summary: 'Replace the labels of a device',
  request: { params: idParam, body: jsonBody(z.object({ labels: labelsSchema })) },
  responses: { 200: json('The device', deviceSchema) },
});

const revoke = route('operator', {
  method: 'post',
  path: '/devices/{id}/revoke',
  summary: 'Trust a device no longer; its connection is cut',
  request: { params: idParam },
  responses: { 200: json('The device', deviceSchema) },
});

const command = route('operator', {
  method: 'post',
  path: '/devices/{id}/commands',
  summary: 'Tell a device that is online to do something once',
  request: {
    params: idParam,
    body: jsonBody(z.object({ kind: z.enum(COMMAND_KINDS), slot: nameSchema.optional() })),
  },
  responses: { 202: json('Sent', z.object({ id: z.string() })) },
});

/** Devices. */
export const deviceRoutes = newRouter()
  .openapi(list, async (c) => {
    const { store } = c.var.parts;
    const devices = await store.devices.list();
    return c.json({ devices: await Promise.all(devices.map((device) => withDesired(store, device))) }, 200);
  })
  .openapi(show, async (c) => c.json(await deviceView(c.var.parts.store, c.req.valid('param').id), 200))
  .openapi(relabel, async (c) => {
    const { store } = c.var.parts;
    const { id } = c.req.valid('param');
    await deviceView(store, id);
    await store.devices.setLabels(id, c.req.valid('json').labels);
    return c.json(await deviceView(store, id), 200);
  })
  .openapi(revoke, async (c) => {
    const { store, clock, disconnect } = c.var.parts;
    const { id } = c.req.valid('param');
    await deviceView(store, id);
    const nowMs = clock.nowMs();
    await store.transaction(async (tx) => {
      await tx.devices.revoke(id, nowMs);
      const message = `${id} was revoked by ${c.var.caller.name}`;
      await tx.events.add({ level: 'warning', kind: 'device.revoked', deviceId: id, message }, nowMs);
    });
    await disconnect(id);
    return c.json(await deviceView(store, id), 200);
  })
  .openapi(command, async (c) => {
    const id = await c.var.parts.commands.send(c.req.valid('param').id, c.req.valid('json'));
    return c.json({ id }, 202);
  });

async function deviceView(store: Store, id: string): Promise<DeviceView> {
  const device = await store.devices.find(id);
  if (!device) throw new RequestError('NOT_FOUND', `no device ${id}`);
  return withDesired(store, device);
}

async function withDesired(store: Store, device: Omit<DeviceView, 'desired'>): Promise<DeviceView> {
  return { ...device, desired: await store.devices.desiredSlots(device.id) };
}
