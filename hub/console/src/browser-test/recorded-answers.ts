import type { ApiRole } from '@edgeloop/hub';
import { recordedDevices, recordedEvents, recordedTelemetry } from './recorded-fleet.ts';
import {
  recordedAlerts,
  recordedChecks,
  recordedRetrainings,
  recordedRolloutDevices,
  recordedRollouts,
} from './recorded-loop.ts';
import { recordedMetrics, recordedModel, recordedMoves, recordedRuns, recordedVersions } from './recorded-models.ts';
import { recordedSignature } from './recorded-signature.ts';
import { recordedTests } from './recorded-tests.ts';
import { recordedUploadedModel } from './recorded-upload.ts';

/** What a hub in the middle of the loop answers; undefined for what it does not have. */
export function recordedAnswers(
  method: string,
  path: string,
  query: URLSearchParams,
  role: ApiRole,
  nowMs: number,
): unknown {
  if (method === 'POST') return {};
  const [, noun = '', id] = path.split('/');
  return id === undefined ? listAnswer(noun, query, role, nowMs) : oneAnswer(path, noun, id, nowMs);
}

function listAnswer(noun: string, query: URLSearchParams, role: ApiRole, nowMs: number): unknown {
  const answers: Readonly<Record<string, () => unknown>> = {
    me: () => ({ id: 'tok_1', name: `the ${role}`, role, createdMs: nowMs, lastUsedMs: nowMs, revokedMs: null }),
    info: () => ({ hubId: 'hub_1', version: '0.1.0', mqttUrl: 'mqtt://127.0.0.1:1883', startedMs: nowMs - 900_000 }),
    devices: () => ({ devices: recordedDevices(nowMs) }),
    models: () => ({ models: [recordedModel(nowMs)] }),
    runs: () => ({ runs: recordedRuns(nowMs) }),
    rollouts: () => ({ rollouts: recordedRollouts(nowMs) }),
    alerts: () => ({ alerts: recordedAlerts(nowMs) }),
    retrainings: () => ({ retrainings: recordedRetrainings(nowMs) }),
    events: () => ({
      events: recordedEvents(nowMs).filter(({ deviceId }) => [null, deviceId].includes(query.get('device'))),
    }),
    telemetry: () => ({ series: recordedTelemetry(nowMs, nowMs - Number(query.get('from'))) }),
  };
  return answers[noun]?.();
}

function oneAnswer(path: string, noun: string, id: string, nowMs: number): unknown {
  if (path === '/telemetry/totals') return { windows: 12_480, readings: 1_240_000, duplicates: 3 };
  if (path === '/models/shuttle/drift') return { checks: recordedChecks(nowMs) };
  if (path === '/models/shuttle') {
    const { aliases, ...model } = recordedModel(nowMs);
    return { model, aliases, versions: recordedVersions(nowMs), moves: recordedMoves(nowMs) };
  }
  if (path === '/models/shuttle/versions/2/signature') return recordedSignature();
  if (path === '/models/shuttle/versions/2/tests') return recordedTests(nowMs);
  if (path === '/models/text-direction') return recordedUploadedModel(nowMs);
  if (noun === 'devices') return recordedDevices(nowMs).find((device) => device.id === id);
  if (path === '/runs/run_3/metrics') return recordedMetrics();
  if (path.endsWith('/metrics')) return { steps: [], epochs: [] };
  if (noun === 'runs') return recordedRuns(nowMs).find((run) => run.id === id);
  const rollout = noun === 'rollouts' ? recordedRollouts(nowMs).find((one) => one.id === id) : undefined;
  return rollout && { rollout, devices: recordedRolloutDevices(nowMs) };
}
