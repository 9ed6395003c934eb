import { describe, expect, it } from 'vitest';
import type { QuantizationRecord } from '../store/quantization-store.ts';
import { apiRig } from '../testing/api-rig.ts';
import { cannedReport } from '../testing/canned-report.ts';
import { START_MS } from '../testing/hub-rig.ts';
import { problemOf } from '../testing/problem-of.ts';
import { renderApiPage } from './api-page.ts';

const RECORD: QuantizationRecord = {
  ...{ id: 'quantization-1', model: 'pump', version: 1, state: 'done', goals: cannedReport().goals, profiles: [] },
  ...{ dataset: null, publish: false, requestedBy: 'ann', jobId: null, variants: [], report: cannedReport() },
  ...{ publishedVersion: null, error: null, createdMs: START_MS, updatedMs: START_MS },
};

describe('quantizations', () => {
  it('are asked for with goals that are checked, by who may', async () => {
    const rig = await apiRig();
    const asked: unknown[] = [];
    rig.pipeline.startQuantization = async (request) => {
      asked.push(request);
      return { ...RECORD, state: 'queued', report: null };
    };
    const post = (body: unknown, as: 'operator' | 'viewer' = 'operator') =>
      rig.ask('POST', '/models/pump/versions/1/quantizations', { as, body });
    const started = await post({ goals: { maxSizeBytes: 1_000 }, profiles: ['x86-vnni'] });
    expect(started.status).toBe(202);
    expect(await started.json()).toMatchObject({ id: 'quantization-1', state: 'queued', progress: null });
    expect(asked).toEqual([
      {
        ...{ model: 'pump', version: 1, requestedBy: 'operator', publish: false },
        ...{ goals: { maxSizeBytes: 1_000 }, profiles: ['x86-vnni'] },
      },
    ]);
    expect(await problemOf(await post({ goals: { maxSizeShare: 2 } }))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await problemOf(await post({ goals: { speed: 2 } }))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await problemOf(await post({ profiles: [] }))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await problemOf(await post({}, 'viewer'))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('need none of the goals, and the page of the API says so', () => {
    const goals =
      'goals?: { maxAccuracyDrop?: number, maxRelativeDrop?: number, maxSizeShare?: number, maxSizeBytes?: integer, maxLatencyShare?: number }';
    expect(renderApiPage()).toContain(goals);
  });

  it('are cancelled by who may', async () => {
    const rig = await apiRig();
    const asked: unknown[] = [];
    rig.pipeline.cancelQuantization = async (id, requestedBy) => {
      asked.push({ id, requestedBy });
      return { ...RECORD, state: 'failed', error: { code: 'CANCELLED', message: 'cancelled by operator' } };
    };
    const post = (as: 'operator' | 'viewer') => rig.ask('POST', '/quantizations/quantization-1/cancel', { as });
    expect(await (await post('operator')).json()).toMatchObject({ state: 'failed', error: { code: 'CANCELLED' } });
    expect(await problemOf(await post('viewer'))).toMatchObject({ code: 'FORBIDDEN' });
    expect(asked).toEqual([{ id: 'quantization-1', requestedBy: 'operator' }]);
  });

  it('are listed by version and shown with how far they are', async () => {
    const { ask, store } = await apiRig();
    await store.quantizations.add(RECORD);
    await store.jobs.add({ id: 'job-1', kind: 'quantize', spec: {}, maxAttempts: 3 }, START_MS);
    await store.quantizations.add({ ...RECORD, id: 'quantization-2', version: 2, state: 'queued', jobId: 'job-1' });
    const ids = async (query: string): Promise<string[]> => {
      const answer = await ask('GET', `/quantizations${query}`, { as: 'viewer' });
      return ((await answer.json()) as { quantizations: { id: string }[] }).quantizations.map(({ id }) => id);
    };
    expect(await ids('')).toEqual(['quantization-2', 'quantization-1']);
    expect(await ids('?model=pump&version=1')).toEqual(['quantization-1']);
    expect(await ids('?model=valve')).toEqual([]);
    const waiting = await ask('GET', '/quantizations/quantization-2', { as: 'viewer' });
    expect(await waiting.json()).toMatchObject({ progress: { share: 0, stage: 'waiting for a worker' } });
    const done = await ask('GET', '/quantizations/quantization-1', { as: 'viewer' });
    expect(await done.json()).toMatchObject({ progress: null, report: { notes: ['this report comes from a can'] } });
    expect(await problemOf(await ask('GET', '/quantizations/none', { as: 'viewer' }))).toMatchObject({
      ...{ code: 'NOT_FOUND', detail: 'no quantization none' },
    });
  });
});
