import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import type { RetrainingRecord } from '../store/retraining-store.ts';
import type { evaluated } from '../testing/canned-worker.ts';
import { LoopRig, PLAN, POLICY } from '../testing/loop-rig.ts';

const MODEL = 'pump';

/** A hub whose first version runs on every device and has a retraining policy. */
async function runningRig(policy = POLICY): Promise<LoopRig> {
  const rig = await LoopRig.open();
  await rig.pipeline.startRun({ model: MODEL, dataset: { name: 'pumps' }, requestedBy: 'ada' });
  await rig.until(async () => (await rig.store.models.findVersion(MODEL, 1)) !== undefined, 10);
  const { id } = await rig.pipeline.startRollout({ model: MODEL, version: 1, plan: PLAN, requestedBy: 'ada' });
  await rig.until(async () => (await rig.store.rollouts.find(id))?.state === 'done', 30);
  await rig.store.retrainings.setPolicy(MODEL, policy, rig.clock.nowMs());
  return rig;
}

async function newest(rig: LoopRig): Promise<RetrainingRecord | undefined> {
  return (await rig.store.retrainings.list({ model: MODEL }))[0];
}

async function untilState(rig: LoopRig, state: RetrainingRecord['state']): Promise<RetrainingRecord> {
  await rig.until(async () => (await newest(rig))?.state === state, 40);
  const found = await newest(rig);
  expect(found?.state).toBe(state);
  return found!;
}

describe('a retraining', () => {
  test('collects until there are enough labelled samples since the drift began', async () => {
    const rig = await runningRig({ ...POLICY, when: { driftChecks: 2, minLabelled: 150 } });
    rig.fleet.center = 50;
    const { alertId, createdMs } = await untilState(rig, 'collecting');
    const alert = await rig.store.alerts.find(alertId ?? '');
    expect(alert?.openedMs).toBe(createdMs);
    await untilState(rig, 'training');
    const since = { model: MODEL, sinceMs: createdMs, labelled: true };
    // Fewer came in since the alert than were asked for: those of the checks that led to it count too.
    expect(await rig.store.samples.count(since)).toBeLessThan(150);
  });

  test('learns nothing from before the drift, however many checks came since', async () => {
    const rig = await runningRig({ ...POLICY, when: { driftChecks: 2, minLabelled: 150 } });
    rig.fleet.center = 50;
    const { alertId } = await untilState(rig, 'collecting');
    const { evidence } = (await rig.store.alerts.find(alertId ?? ''))!;
    const [, first] = await rig.store.alerts.checks(MODEL, { version: 1, limit: 2 });
    for (let i = 0; i < 1_000; i++) await rig.store.alerts.addCheck({ ...evidence, atMs: evidence.atMs + 1 });
    const { reason } = await untilState(rig, 'training');
    const labelled = { model: MODEL, labelled: true };
    const recent = await rig.store.samples.count({ ...labelled, sinceMs: first!.atMs });
    expect(recent).toBeLessThan(await rig.store.samples.count(labelled));
    expect(reason).toContain(`${recent} labelled samples`);
  });

  test('judges both models on rows that neither was trained on', async () => {
    const rig = await runningRig();
    rig.fleet.center = 50;
    const { dataset, heldOut, runId, comparisonJobId } = await untilState(rig, 'done');
    expect([dataset?.name, heldOut?.name]).toEqual(['pumps', 'pumps-held-out']);
    const run = await rig.store.runs.find(runId ?? '');
    const rows = await rig.store.datasets.find('pumps-held-out', heldOut?.version);
    expect(run?.heldOut?.digest).toBe(rows?.digest);
    const job = await rig.store.jobs.find(comparisonJobId ?? '');
    expect(job?.spec).toMatchObject({
      purpose: 'comparison',
      rows: 'all',
      dataset: { digest: rows?.digest },
      models: [{ ref: 'pump@1' }, { ref: 'pump@2' }],
    });
  });

  test('ends when its run is cancelled, and rests before the next', async () => {
    const rig = await runningRig();
    rig.fleet.center = 50;
    const { runId } = await untilState(rig, 'training');
    await rig.pipeline.cancelRun(runId ?? '', 'eve');
    const ended = await untilState(rig, 'failed');
    expect(ended.reason).toBe(`run ${runId} was cancelled by eve`);
    for (let second = 0; second < 5; second++) await rig.second();
    expect(await rig.store.retrainings.list({ model: MODEL })).toHaveLength(1);
  });

  test('is called off when the drift ends before there is enough to learn from', async () => {
    const rig = await runningRig({ ...POLICY, when: { driftChecks: 2, minLabelled: 100_000 } });
    rig.fleet.center = 50;
    await untilState(rig, 'collecting');
    rig.fleet.center = 20;
    const ended = await untilState(rig, 'done');
    expect(ended).toMatchObject({ runId: null, challengerVersion: null });
    expect(ended.reason).toContain('the alert ended before there were enough labelled samples');
    rig.fleet.center = 50;
    await rig.until(async () => (await newest(rig))?.id !== ended.id, 20);
    expect((await newest(rig))?.state).toBe('collecting');
  });

  test('ends when another version becomes the champion in the meantime', async () => {
    const rig = await runningRig({ ...POLICY, when: { driftChecks: 2, minLabelled: 100_000 } });
    await rig.pipeline.retrainNow(MODEL, 'new sensors');
    await rig.pipeline.startRun({ model: MODEL, dataset: { name: 'pumps' }, requestedBy: 'ada' });
    await rig.until(async () => (await rig.store.models.findVersion(MODEL, 2)) !== undefined, 10);
    await rig.pipeline.startRollout({ model: MODEL, version: 2, plan: PLAN, requestedBy: 'ada' });
    const { reason } = await untilState(rig, 'done');
    expect(reason).toBe('version 2 is the champion now, and no longer version 1, which was to be beaten');
  });

  test('waits for a person when the policy says nothing about a rollout', async () => {
    // biome-ignore lint/suspicious/noThenProperty: the policy's own word for what follows an accepted challenger
    const rig = await runningRig({ ...POLICY, then: null });
    rig.fleet.center = 50;
    const { reason, verdict } = await untilState(rig, 'done');
    expect(verdict?.accepted).toBe(true);
    expect(reason).toContain('waits for a person');
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 1, challenger: 2 });
  });

  test('fails with its rollout, and the champion stays', async () => {
    const rig = await runningRig();
    rig.fleet.refusing.set('line-3', 2);
    rig.fleet.center = 50;
    const { reason } = await untilState(rig, 'failed');
    expect(reason).toContain('rollout rolled-back: 1 of 3 devices failed; line-3: SELF_TEST_FAILED');
    expect((await rig.store.models.aliases(MODEL))['champion']).toBe(1);
  });

  test('fails when the comparison cannot be read', async () => {
    const rig = await runningRig();
    const { evaluate } = rig.worker.answers;
    rig.worker.answers.evaluate = (job) => {
      const { purpose } = job.spec as Parameters<typeof evaluated>[0];
      return purpose === 'comparison' ? { reports: 'none' } : evaluate(job);
    };
    rig.fleet.center = 50;
    expect((await untilState(rig, 'failed')).reason).toContain('result.reports');
  });

  test('can be asked for without drift, once at a time, and says why it started', async () => {
    const rig = await runningRig();
    const started = await rig.pipeline.retrainNow(MODEL, 'new sensors');
    expect(started).toMatchObject({ state: 'collecting', alertId: null, reason: 'new sensors' });
    await expect(rig.pipeline.retrainNow(MODEL, 'again')).rejects.toThrow(RequestError);
    await untilState(rig, 'done');
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 2 });
  });

  test('is refused for a model without a champion', async () => {
    const rig = await LoopRig.open();
    await expect(rig.pipeline.retrainNow(MODEL, 'now')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
