import { gzipSync } from 'node:zlib';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { apiRig } from '../testing/api-rig.ts';
import { addVersion, DeviceKey, makeWindow, START_MS } from '../testing/hub-rig.ts';
import { problemOf } from '../testing/problem-of.ts';

describe('enrolment', () => {
  it('works once per token, and tells the device whom to trust', async () => {
    const { ask, identity, store } = await apiRig();
    const made = await ask('POST', '/enroll-tokens', { as: 'operator', body: { labels: { site: 'a' } } });
    expect(made.status).toBe(201);
    const { token } = (await made.json()) as { token: string };
    const enroll = (deviceId: string) =>
      ask('POST', '/enroll', {
        body: {
          token,
          deviceId,
          publicKey: new DeviceKey(deviceId).publicKey,
          profile: 'simulated',
          profileReason: 'told',
          agentVersion: '1',
        },
      });
    const first = await enroll('dev-1');
    expect(first.status).toBe(201);
    expect(await first.json()).toEqual({
      deviceId: 'dev-1',
      hubId: identity.hubId,
      mqttUrl: 'mqtt://hub:1883',
      hubKeys: identity.keys,
    });
    expect(await problemOf(await enroll('dev-2'))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await store.devices.list()).map(({ id }) => id)).toEqual(['dev-1']);
    const tokens = await (await ask('GET', '/enroll-tokens', { as: 'operator' })).text();
    expect(tokens).not.toContain(token);
  });
});

describe('devices', () => {
  it('are shown, labelled, commanded and revoked', async () => {
    const { ask, store, broker } = await apiRig();
    await new DeviceKey('dev-1').addTo(store);
    const labelled = await ask('PATCH', '/devices/dev-1', { as: 'operator', body: { labels: { line: '2' } } });
    expect(await labelled.json()).toMatchObject({ id: 'dev-1', labels: { line: '2' }, desired: [] });
    const send = () => ask('POST', '/devices/dev-1/commands', { as: 'operator', body: { kind: 'self-test' } });
    expect(await problemOf(await send())).toMatchObject({ code: 'CONFLICT' });
    await store.devices.setOnline('dev-1', true, START_MS);
    expect((await send()).status).toBe(202);
    const revoked = await ask('POST', '/devices/dev-1/revoke', { as: 'operator' });
    expect(await revoked.json()).toMatchObject({ revokedMs: START_MS, online: false });
    expect(broker.disconnected).toEqual(['dev-1']);
    expect((await store.events.list({ kind: 'device.revoked' }))[0]?.message).toContain('operator');
  });
});

describe('data sets', () => {
  it('come in as files, plain or gzip, and show their first rows', async () => {
    const { ask } = await apiRig();
    const csv = Buffer.from(
      `a,b,y\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${i % 2 ? 'p' : 'q'}`).join('\n')}\n`,
    );
    const upload = (bytes: Uint8Array) =>
      ask('POST', '/datasets?name=toy&label=y&kinds=b%3Dcategory', { as: 'operator', bytes });
    const first = await upload(csv);
    expect(first.status).toBe(201);
    expect(await first.json()).toMatchObject({
      name: 'toy',
      version: 1,
      rows: 40,
      label: 'y',
      origin: 'upload by operator',
    });
    expect(await (await upload(gzipSync(csv))).json()).toMatchObject({ version: 2 });
    const rows = await ask('GET', '/datasets/toy/versions/1/rows?limit=2', { as: 'viewer' });
    expect(await rows.json()).toEqual({
      columns: ['a', 'b', 'y'],
      rows: [
        [0, '0', 'q'],
        [1, '1', 'p'],
      ],
    });
    const bad = await ask('POST', '/datasets?name=bad', { as: 'operator', bytes: Buffer.from('a,b\n1\n"') });
    expect(await problemOf(bad)).toMatchObject({ code: 'DATA_INVALID', status: 422 });
  });
});

describe('models', () => {
  it('are shown with versions, aliases and moves', async () => {
    const rig = await apiRig();
    const { ask } = rig;
    await addVersion(rig, 'pump', 1);
    await addVersion(rig, 'pump', 2);
    const moved = await ask('PUT', '/models/pump/aliases/champion', { as: 'operator', body: { version: 2 } });
    expect(await moved.json()).toMatchObject({ alias: 'champion', fromVersion: null, toVersion: 2 });
    const missing = await ask('PUT', '/models/pump/aliases/champion', { as: 'operator', body: { version: 9 } });
    expect(await problemOf(missing)).toMatchObject({ code: 'NOT_FOUND' });
    const shown = await ask('GET', '/models/pump', { as: 'viewer' });
    expect(await shown.json()).toMatchObject({
      model: { name: 'pump' },
      versions: [{ version: 1 }, { version: 2 }],
      aliases: { champion: 2 },
      moves: [{ toVersion: 2, cause: 'request of operator' }],
    });
    const models = await ask('GET', '/models', { as: 'viewer' });
    expect(await models.json()).toMatchObject({ models: [{ name: 'pump', newestVersion: 2, liveDevices: {} }] });
  });

  it('say what goes in and comes out, as it was signed', async () => {
    const rig = await apiRig();
    await addVersion(rig, 'pump', 1);
    const signature = await rig.ask('GET', '/models/pump/versions/1/signature', { as: 'viewer' });
    expect(await signature.json()).toMatchObject({
      ...{ task: 'classification', classes: ['ok', 'broken'], threshold: 0 },
      inputs: [{ name: 'features', elementType: 'float32', dims: [-1, 1], features: [{ name: 'temperature' }] }],
    });
    const missing = await rig.ask('GET', '/models/pump/versions/7/signature', { as: 'viewer' });
    expect(await problemOf(missing)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  it('keep a retraining policy that makes sense', async () => {
    const rig = await apiRig();
    const { ask } = rig;
    await addVersion(rig);
    const policy = {
      enabled: true,
      when: { driftChecks: 3, minLabelled: 500 },
      data: { lastMs: 3_600_000, heldOutShare: 0.3 },
      accept: { minGain: 0.01 },
      // biome-ignore lint/suspicious/noThenProperty: the word of the policy
      then: null,
      coolDownMs: 0,
    };
    const put = (body: unknown, model = 'pump') =>
      ask('PUT', `/models/${model}/retraining-policy`, { as: 'operator', body });
    expect(await problemOf(await ask('GET', '/models/pump/retraining-policy', { as: 'viewer' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await (await put(policy)).json()).toEqual(policy);
    expect(await (await ask('GET', '/models/pump/retraining-policy', { as: 'viewer' })).json()).toEqual(policy);
    expect(await problemOf(await put({ ...policy, data: { lastMs: 1, heldOutShare: 2 } }))).toMatchObject({
      faults: [{ path: 'data.heldOutShare' }],
    });
    expect(await problemOf(await put(policy, 'nope'))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('telemetry', () => {
  it('is shown window by window and merged', async () => {
    const rig = await apiRig();
    const version = await addVersion(rig);
    await rig.store.transaction((tx) =>
      tx.telemetry.addWindows(
        [1, 2].map((sequence) => ({
          deviceId: 'dev-1',
          bootId: 'b',
          receivedMs: START_MS,
          window: makeWindow(version, sequence),
        })),
      ),
    );
    rig.clock.advance(10);
    for (const [step, points] of [
      ['raw', 2],
      ['minute', 1],
      ['hour', 1],
    ] as const) {
      const response = await rig.ask('GET', `/telemetry?model=pump&step=${step}`, { as: 'viewer' });
      const { series } = (await response.json()) as { series: Record<string, number>[] };
      expect(series).toHaveLength(points);
      expect(series.reduce((sum, point) => sum + (point['readings'] ?? 0), 0)).toBe(20);
      expect(series[0]).toMatchObject({ deviceId: 'dev-1', version: 1, trueAccuracy: 0.9 });
      expect(series[0]?.['estimatedAccuracy']).toBeCloseTo(0.9, 6);
      expect(series[0]?.['latencyP95Ms']).toBeGreaterThan(8);
    }
    const totals = await rig.ask('GET', '/telemetry/totals', { as: 'viewer' });
    expect(await totals.json()).toMatchObject({ windows: 2, readings: 20, duplicates: 0 });
  });
});

describe('jobs', () => {
  it('go to a worker, come back, and reach the pipeline', async () => {
    const { ask, queue, pipeline } = await apiRig();
    const lease = () => ask('POST', '/jobs/lease', { as: 'worker', body: { worker: 'w1', kinds: ['train'] } });
    expect((await lease()).status).toBe(204);
    const id = await queue.enqueue({ kind: 'train', spec: { runId: 'r' } });
    expect(await (await lease()).json()).toMatchObject({ id, state: 'leased', spec: { runId: 'r' }, leaseOwner: 'w1' });
    const beat = (worker: string) =>
      ask('POST', `/jobs/${id}/heartbeat`, {
        as: 'worker',
        body: { worker, progress: { share: 0.5, stage: 'training', figures: { loss: 0.1 } } },
      });
    expect((await beat('w1')).status).toBe(204);
    expect(await problemOf(await beat('w2'))).toMatchObject({ code: 'LEASE_LOST', status: 409 });
    const done = await ask('POST', `/jobs/${id}/complete`, { as: 'worker', body: { worker: 'w1', result: { ok: 1 } } });
    expect(await done.json()).toMatchObject({ state: 'done', result: { ok: 1 } });
    expect(pipeline.told).toEqual([`job ${id}`]);
  });
});

describe('blobs', () => {
  it('are kept only under their own digest, and come back whole or in part', async () => {
    const { ask } = await apiRig();
    const bytes = Buffer.from('0123456789');
    const digest = sha256Hex(bytes);
    const wrong = await ask('PUT', `/blobs/${digest}`, { as: 'worker', bytes: Buffer.from('others') });
    expect(await problemOf(wrong)).toMatchObject({ code: 'DIGEST_MISMATCH', status: 422 });
    expect((await ask('GET', `/blobs/${digest}`, { as: 'worker' })).status).toBe(404);
    const kept = await ask('PUT', `/blobs/${digest}`, { as: 'worker', bytes });
    expect(await kept.json()).toEqual({ digest, sizeBytes: 10 });
    expect(await (await ask('GET', `/blobs/${digest}`, { as: 'worker' })).text()).toBe('0123456789');
    const part = await ask('GET', `/blobs/${digest}`, { as: 'worker', headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    const tail = await ask('GET', `/blobs/${digest}`, { as: 'worker', headers: { range: 'bytes=-3' } });
    expect(await tail.text()).toBe('789');
    const outside = await ask('GET', `/blobs/${digest}`, { as: 'worker', headers: { range: 'bytes=20-' } });
    expect(await problemOf(outside)).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('samples', () => {
  it('get their true classes from people, and unknown predictions are named', async () => {
    const { ask, store } = await apiRig();
    await store.samples.add([
      {
        deviceId: 'dev-1',
        bootId: 'b',
        sequence: 1,
        predictionId: 'p-1',
        model: 'pump',
        version: 1,
        atMs: 1,
        receivedMs: 1,
        fields: { temperature: 3 },
        predicted: 'ok',
        confidence: 0.7,
        label: null,
        labelledBy: null,
      },
    ]);
    const labels = [
      { predictionId: 'p-1', label: 'broken' },
      { predictionId: 'p-2', label: 'ok' },
    ];
    const answer = await ask('POST', '/labels', { as: 'operator', body: { labels } });
    expect(await answer.json()).toEqual({ labelled: 1, unknown: ['p-2'] });
    const listed = await ask('GET', '/samples?model=pump&labelled=true', { as: 'viewer' });
    expect(await listed.json()).toMatchObject({ samples: [{ label: 'broken', labelledBy: 'operator' }] });
  });
});
