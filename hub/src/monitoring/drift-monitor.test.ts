import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRAINING_POLICY } from '../retraining/retraining-policy.ts';
import type { EventRecord } from '../store/event-store.ts';
import type { Store } from '../store/store.ts';
import { ManualClock, memoryStore, START_MS } from '../testing/hub-rig.ts';
import { DriftMonitor } from './drift-monitor.ts';
import { REFERENCE, type Weather, weatherWindow } from './monitoring-fixture.ts';

const SAMPLES = { kind: 'none', share: 0, perHour: 0, omitFields: [] };

interface MonitorRig {
  readonly store: Store;
  readonly clock: ManualClock;
  /** Takes windows of both devices in and lets the monitor look, a moment later. */
  hear(weather: Weather): Promise<void>;
  look(): Promise<void>;
  assign(version: number): Promise<void>;
  events(): Promise<EventRecord[]>;
}

async function monitorRig(): Promise<MonitorRig> {
  const store = await memoryStore();
  const clock = new ManualClock();
  const nowMs = (): number => clock.nowMs();
  const parts = { store, minReadings: 300, reference: async () => REFERENCE, nowMs };
  let sequence = 0;
  // A monitor of its own every time: what it knows must come from the store.
  const look = (): Promise<void> => new DriftMonitor(parts).check('m');
  const assign = async (version: number): Promise<void> => {
    for (const deviceId of ['line-1', 'line-2']) {
      const release = { model: 'm', version, releaseDigest: `${version}`.repeat(64) };
      await store.devices.setDesiredSlot({
        ...{ deviceId, slot: 'default', ...release, samples: SAMPLES, rolloutId: null, setMs: 0 },
      });
    }
  };
  for (const id of ['line-1', 'line-2']) {
    const described = { publicKey: {}, profile: 'simulated', profileReason: '', labels: {}, agentVersion: '0' };
    await store.devices.add({ id, ...described, enrolledMs: 0 });
  }
  await assign(1);
  const hear = async (weather: Weather): Promise<void> => {
    sequence++;
    const atMs = clock.nowMs();
    const devices = ['line-1', 'line-2'];
    const windows = devices.map((id) => weatherWindow(id, sequence, { readings: 200, ...weather, atMs }));
    await store.transaction((within) => within.telemetry.addWindows(windows));
    clock.advance(2_000);
    await look();
  };
  return { store, clock, hear, look, assign, events: () => store.events.list() };
}

describe('DriftMonitor', () => {
  test('checks once there are enough readings, each reading once', async () => {
    const { store, hear, look } = await monitorRig();
    await hear({ readings: 100 });
    expect(await store.alerts.checks('m', { limit: 10 })).toEqual([]);
    await hear({ readings: 100 });
    await look();
    await hear({});
    const checks = await store.alerts.checks('m', { limit: 10 });
    expect(checks.map((check) => check.readings)).toEqual([400, 400]);
    expect(checks.map((check) => check.level)).toEqual(['none', 'none']);
  });

  test('leaves windows alone that may still be in the middle of being stored', async () => {
    const { store, clock, look } = await monitorRig();
    const window = weatherWindow('line-1', 1, { readings: 500, atMs: clock.nowMs() });
    await store.transaction((within) => within.telemetry.addWindows([window]));
    clock.advance(500);
    await look();
    expect(await store.alerts.checks('m', { limit: 10 })).toEqual([]);
    clock.advance(600);
    await look();
    expect(await store.alerts.checks('m', { limit: 10 })).toHaveLength(1);
  });

  test('opens one alert after three drifting checks, and says so once', async () => {
    const { store, hear, events } = await monitorRig();
    await hear({});
    for (let check = 0; check < 6; check++) {
      await hear({ shift: 10 });
      expect(await store.alerts.list({ state: 'open' })).toHaveLength(check < 2 ? 0 : 1);
    }
    const [alert] = await store.alerts.list({ model: 'm' });
    expect(alert).toMatchObject({
      version: 1,
      kind: 'drift',
      checks: 3,
      evidence: { deviceIds: ['line-1', 'line-2'] },
    });
    expect(alert?.message).toContain(`since ${new Date(START_MS + 3_000).toISOString()}`);
    expect((await events()).map((event) => event.kind)).toEqual(['drift.alert']);
  });

  test('takes the number of checks from the retraining policy', async () => {
    const { store, hear } = await monitorRig();
    const policy = { ...DEFAULT_RETRAINING_POLICY, when: { driftChecks: 1, minLabelled: 10 } };
    await store.retrainings.setPolicy('m', policy, 0);
    await hear({ shift: 10 });
    expect(await store.alerts.list({ state: 'open' })).toHaveLength(1);
  });

  test('resolves the alert when readings are as before', async () => {
    const { store, hear, events } = await monitorRig();
    for (let check = 0; check < 3; check++) await hear({ shift: 10 });
    for (let check = 0; check < 3; check++) await hear({});
    const [alert] = await store.alerts.list();
    expect(alert).toMatchObject({ state: 'resolved', resolution: '3 checks in a row without drift' });
    expect((await events()).map((event) => event.kind)).toEqual(['drift.alert', 'drift.resolved']);
  });

  test('resolves the alert when no device should run the version any more', async () => {
    const { store, hear, look, assign } = await monitorRig();
    for (let check = 0; check < 3; check++) await hear({ shift: 10 });
    await assign(2);
    await look();
    expect((await store.alerts.list())[0]).toMatchObject({ state: 'resolved', resolution: 'version 1 was replaced' });
  });

  test('opens another alert only after checks that came after the last one was resolved', async () => {
    const { store, clock, hear } = await monitorRig();
    for (let check = 0; check < 3; check++) await hear({ shift: 10 });
    const [alert] = await store.alerts.list();
    await store.alerts.save({ ...alert!, state: 'resolved', resolvedMs: clock.nowMs(), resolution: 'a person' }, 0);
    await hear({ shift: 10 });
    await hear({ shift: 10 });
    expect(await store.alerts.list({ state: 'open' })).toEqual([]);
    await hear({ shift: 10 });
    expect(await store.alerts.list({ state: 'open' })).toHaveLength(1);
  });
});
