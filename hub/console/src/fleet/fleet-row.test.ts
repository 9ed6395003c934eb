import { describe, expect, test } from 'vitest';
import type { Device } from '../api/queries.ts';
import { fleetRows, isAsWanted, phaseTone, presenceOf } from './fleet-row.ts';

type Reported = NonNullable<Device['reported']>;
type Slot = Reported['slots'][number];

function device(changes: Partial<Device>): Device {
  return {
    id: 'gateway-1',
    publicKey: {},
    profile: 'x86-gateway',
    profileReason: 'detected',
    labels: {},
    agentVersion: '0.1.0',
    capabilities: {},
    enrolledMs: 0,
    revokedMs: null,
    online: true,
    lastSeenMs: 1,
    bootId: 'b1',
    reported: null,
    desiredGeneration: 0,
    desired: [],
    ...changes,
  };
}

function slot(changes: Partial<Slot>): Slot {
  return {
    slot: 'default',
    phase: 'running',
    wantedModel: '',
    wantedVersion: 0,
    downloadedBytes: 0,
    downloadBytes: 0,
    variantTests: [],
    ...changes,
  };
}

function running(version: number) {
  return { model: 'shuttle', version, variant: 'int8-static', inferences: 0, sinceMs: 0 } as NonNullable<
    Slot['running']
  >;
}

function reported(slots: Slot[], changes: Partial<Reported> = {}): Reported {
  return { protocolVersion: 1, bootId: 'b1', sentMs: 0, desiredGeneration: 0, slots, problems: [], ...changes };
}

const desired = (version: number) => ({ slot: 'default', model: 'shuttle', version }) as Device['desired'][number];
const health = (rssBytes: number) => ({ rssBytes, cpuSeconds: 0, uptimeSeconds: 0, restarts: 0, cpuShare: 0 });

describe('fleetRows', () => {
  test('a device that runs nothing has one row all the same', () => {
    expect(fleetRows([device({})])).toMatchObject([{ slot: null, phase: null, running: null, rssBytes: null }]);
  });

  test('a slot that was asked for but not reported yet has a row', () => {
    const [row] = fleetRows([device({ desired: [desired(2)] })]);
    expect(row).toMatchObject({ slot: 'default', wanted: { version: 2 }, running: null });
    expect(row && isAsWanted(row)).toBe(false);
  });

  test('what runs and what is wanted meet in one row', () => {
    const rows = fleetRows([device({ desired: [desired(2)], reported: reported([slot({ running: running(2) })]) })]);
    expect(rows).toHaveLength(1);
    expect(rows.map(isAsWanted)).toEqual([true]);
  });

  test('memory is that of both processes', () => {
    const report = reported([slot({ runner: health(100) })], { supervisor: health(60) });
    expect(fleetRows([device({ reported: report })])[0]?.rssBytes).toBe(160);
  });

  test("a slot's own problem comes before the device's", () => {
    const own = { code: 'SELF_TEST_FAILED', message: 'own', atMs: 0 };
    const other = { code: 'STORAGE_FULL', message: 'other', atMs: 0 };
    const report = reported([slot({ problem: own }), slot({ slot: 'second' })], { problems: [other] });
    expect(fleetRows([device({ reported: report })]).map(({ problem }) => problem?.code)).toEqual([
      'SELF_TEST_FAILED',
      'STORAGE_FULL',
    ]);
  });
});

test('presence tells a device that never came from one that left', () => {
  expect(presenceOf(device({ online: false, lastSeenMs: null }))).toBe('never seen');
  expect(presenceOf(device({ online: false }))).toBe('offline');
  expect(presenceOf(device({ revokedMs: 5 }))).toBe('revoked');
});

test('a phase nobody foresaw counts as work in progress', () => {
  expect([phaseTone('running'), phaseTone('refused'), phaseTone('constructor')]).toEqual(['good', 'bad', 'busy']);
});
