import type { Device, HubEvent, ReportedSlot, TelemetryPoint } from '../api/queries.ts';

type Running = NonNullable<ReportedSlot['running']>;

export const DEVICE_IDS = ['gateway-1', 'pump-2', 'pump-3'] as const;

function running(version: number, nowMs: number): Running {
  const digests = { releaseDigest: 'c'.repeat(64), modelDigest: 'd'.repeat(64) };
  const figures = { model: 'shuttle', version, variant: 'int8-static', inferences: 184_210, sinceMs: nowMs - 240_000 };
  // On the wire digests are hex, which the bytes of the protocol's own type do not say.
  return { ...figures, ...digests } as unknown as Running;
}

function selfTest(passed: boolean, largestDeviation: number) {
  return { passed, largestDeviation, rows: 32, tolerance: 1e-4, p50Ms: 0.031, p95Ms: 0.052, rssBytes: 81e6 };
}

function slot(changes: Partial<ReportedSlot>): ReportedSlot {
  return {
    slot: 'default',
    phase: 'running',
    wantedModel: '',
    wantedVersion: 0,
    downloadedBytes: 0,
    downloadBytes: 0,
    selfTest: selfTest(true, 1.2e-7),
    variantTests: [],
    runner: { rssBytes: 88_300_000, cpuSeconds: 4.2, uptimeSeconds: 240, restarts: 0, cpuShare: 0.013 },
    ...changes,
  };
}

function device(id: string, nowMs: number, reported: ReportedSlot, changes: Partial<Device> = {}): Device {
  return {
    id,
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
    profile: 'x86-gateway',
    profileReason: 'detected: x64 with avx2, 2 cores',
    labels: { site: 'north' },
    agentVersion: '0.1.0',
    capabilities: {
      architecture: 'x64',
      cpuFlags: ['avx2', 'fma'],
      cores: 2,
      memoryBytes: 8_323_000_000,
      storageFreeBytes: 41_000_000_000,
      onnxruntimeVersion: '1.30.0',
      nodeVersion: '20.20.0',
    },
    enrolledMs: nowMs - 900_000,
    revokedMs: null,
    online: true,
    lastSeenMs: nowMs - 1_500,
    bootId: `boot-${id}`,
    desiredGeneration: 2,
    desired: [
      {
        deviceId: id,
        slot: 'default',
        model: 'shuttle',
        version: 2,
        releaseDigest: 'c'.repeat(64),
        samples: { kind: 'random', share: 0.2, perHour: 20_000, omitFields: [] },
        generation: 2,
        rolloutId: 'rol_2',
        setMs: nowMs - 60_000,
      },
    ],
    reported: {
      protocolVersion: 1,
      bootId: `boot-${id}`,
      sentMs: nowMs - 1_500,
      desiredGeneration: 2,
      slots: [reported],
      problems: [],
      supervisor: { rssBytes: 71_400_000, cpuSeconds: 9, uptimeSeconds: 890, restarts: 0, cpuShare: 0.006 },
    },
    ...changes,
  };
}

/** Three devices: one has the new version, one fetches it, one refused it and left. */
export function recordedDevices(nowMs: number): Device[] {
  const problem = {
    code: 'SELF_TEST_FAILED',
    message: 'largest deviation 0.31, tolerance 0.0001',
    atMs: nowMs - 30_000,
  };
  return [
    device('gateway-1', nowMs, slot({ running: running(2, nowMs), previous: running(1, nowMs) })),
    device(
      'pump-2',
      nowMs,
      slot({
        phase: 'downloading',
        running: running(1, nowMs),
        wantedModel: 'shuttle',
        wantedVersion: 2,
        downloadedBytes: 262_144,
        downloadBytes: 780_000,
      }),
      { profile: 'raspberry-pi-4', profileReason: 'told so by the operator' },
    ),
    device(
      'pump-3',
      nowMs,
      slot({
        phase: 'refused',
        running: running(1, nowMs),
        problem,
        selfTest: selfTest(false, 0.31),
        variantTests: [{ model: 'shuttle', version: 2, variant: 'int8-static', problem, atMs: nowMs - 30_000 }],
      }),
      {
        profile: 'raspberry-pi-zero-2-w',
        online: false,
        lastSeenMs: nowMs - 190_000,
      },
    ),
  ];
}

const STEP_MS = 10_000;

/** A quarter of an hour: good, then drift, then version 2 on the first device. */
export function recordedTelemetry(nowMs: number, spanMs: number): TelemetryPoint[] {
  const steps = Math.min(80, Math.floor(spanMs / STEP_MS));
  const points: TelemetryPoint[] = [];
  for (let step = steps; step >= 1; step -= 1) {
    for (const [index, deviceId] of DEVICE_IDS.entries()) {
      const isRecovered = index === 0 && step <= 20;
      const isDrifted = step <= 45 && !isRecovered;
      const wobble = Math.sin(step * 1.7 + index * 2.1);
      const correct = Math.round((isDrifted ? 352 : 495) + wobble * 4);
      points.push({
        deviceId,
        slot: 'default',
        version: isRecovered ? 2 : 1,
        fromMs: nowMs - step * STEP_MS,
        toMs: nowMs - (step - 1) * STEP_MS,
        windows: 1,
        readings: 500,
        predictions: 500,
        errors: 0,
        labelled: 500,
        correct,
        trueAccuracy: correct / 500,
        estimatedAccuracy: (isDrifted ? 0.78 : 0.985) + wobble * 0.004,
        latencyP50Ms: 0.031 + index * 0.02 + wobble * 0.002,
        latencyP95Ms: 0.055 + index * 0.03 + wobble * 0.006,
      });
    }
  }
  return points;
}

function event(id: number, atMs: number, changes: Partial<HubEvent>): HubEvent {
  const blank = { deviceId: null, model: null, code: null, detail: {} };
  return { ...blank, id, atMs, level: 'info', kind: 'hub.started', message: 'the hub is ready', ...changes };
}

export function recordedEvents(nowMs: number): HubEvent[] {
  return [
    event(1, nowMs - 890_000, {}),
    event(2, nowMs - 880_000, { kind: 'device.online', deviceId: 'gateway-1', message: 'gateway-1 is online' }),
    event(3, nowMs - 400_000, {
      level: 'warning',
      kind: 'drift.alert',
      model: 'shuttle',
      message: '3 checks in a row found drift in V9 on shuttle@1',
    }),
    event(4, nowMs - 190_000, { kind: 'rollout.started', model: 'shuttle', message: 'rollout of shuttle@2 started' }),
    event(5, nowMs - 30_000, {
      level: 'error',
      kind: 'device.problem',
      deviceId: 'pump-3',
      code: 'SELF_TEST_FAILED',
      message: 'pump-3 refused shuttle@2: largest deviation 0.31, tolerance 0.0001',
    }),
  ];
}

/** An event that comes while somebody watches. */
export function liveEvent(id: number, nowMs: number, message: string): HubEvent {
  return event(id, nowMs, { kind: 'rollout.wave-passed', model: 'shuttle', message });
}
