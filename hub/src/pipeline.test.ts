import { describe, expect, test, vi } from 'vitest';
import { StoreJobQueue } from './jobs/store-job-queue.ts';
import { evaluated } from './testing/canned-worker.ts';
import { LoopRig, PLAN, POLICY } from './testing/loop-rig.ts';
import { loopState } from './testing/loop-state.ts';

const MODEL = 'pump';
const RUN = { model: MODEL, dataset: { name: 'pumps' }, requestedBy: 'ada' };

/** Trains the first version and brings it to every device. */
async function toChampion(rig: LoopRig): Promise<void> {
  const runs = async (): Promise<boolean> => (await rig.store.runs.list({ model: MODEL })).length > 0;
  await rig.ask(runs, (pipeline) => pipeline.startRun(RUN));
  await rig.until(async () => (await rig.store.models.findVersion(MODEL, 1)) !== undefined);
  await rollOut(rig, 1);
  await rig.until(async () => (await rolloutState(rig, 1)) === 'done');
}

async function rollOut(rig: LoopRig, version: number): Promise<void> {
  const request = { model: MODEL, version, plan: PLAN, requestedBy: 'ada' };
  const isThere = async (): Promise<boolean> => (await rolloutState(rig, version)) !== undefined;
  await rig.ask(isThere, (pipeline) => pipeline.startRollout(request));
}

async function rolloutState(rig: LoopRig, version: number): Promise<string | undefined> {
  return (await rig.store.rollouts.list({ model: MODEL })).find((rollout) => rollout.version === version)?.state;
}

/** The whole loop: first version, drift, retraining, second version on every device. */
async function wholeLoop(killAfter?: number): Promise<LoopRig> {
  const rig = await LoopRig.open(killAfter);
  await toChampion(rig);
  await rig.store.retrainings.setPolicy(MODEL, POLICY, rig.clock.nowMs());
  rig.fleet.center = 50;
  await rig.until(async () => (await rig.store.retrainings.list({ model: MODEL }))[0]?.state === 'done');
  return rig;
}

/** A second version that a device refuses. */
async function badRelease(killAfter?: number): Promise<LoopRig> {
  const rig = await LoopRig.open(killAfter);
  await toChampion(rig);
  const runs = async (): Promise<boolean> => (await rig.store.runs.list({ model: MODEL })).length > 1;
  await rig.ask(runs, (pipeline) => pipeline.startRun(RUN));
  await rig.until(async () => (await rig.store.models.findVersion(MODEL, 2)) !== undefined);
  rig.fleet.refusing.set('line-2', 2);
  await rollOut(rig, 2);
  await rig.until(async () => (await rolloutState(rig, 2)) === 'rolled-back');
  return rig;
}

describe('the loop', () => {
  test('closes: from rows to a version, to devices, to drift, to a better version on every device', async () => {
    const rig = await wholeLoop();
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 2 });
    expect(rig.worker.done).toEqual(['train', 'quantize', 'evaluate', 'train', 'quantize', 'evaluate', 'evaluate']);
    const [retraining] = await rig.store.retrainings.list({ model: MODEL });
    expect(retraining).toMatchObject({
      state: 'done',
      verdict: { accepted: true, figure: 'accuracy', champion: 0.6, challenger: 0.95, rows: 200 },
    });
    for (const { slots } of rig.fleet.told.values()) expect(slots.map(({ version }) => version)).toEqual([2]);
    const [alert] = await rig.store.alerts.list({ model: MODEL });
    expect(alert?.message).toContain('pump@1 drifts in temperature');
    await rig.until(async () => (await rig.store.alerts.list({ model: MODEL, state: 'open' })).length === 0, 3);
    expect((await rig.store.alerts.list({ model: MODEL }))[0]).toMatchObject({ resolution: 'version 1 was replaced' });
  });

  test('takes less than a minute from drift to the better version with windows of a second', async () => {
    const rig = await LoopRig.open();
    await toChampion(rig);
    await rig.store.retrainings.setPolicy(MODEL, POLICY, rig.clock.nowMs());
    rig.fleet.center = 50;
    const isDone = async (): Promise<boolean> => (await rig.store.models.aliases(MODEL))['champion'] === 2;
    expect(await rig.until(isDone, 120)).toBeLessThan(60);
  });

  test('takes a release back that a device refuses, and keeps the champion', async () => {
    const rig = await badRelease();
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 1, challenger: 2 });
    for (const { slots } of rig.fleet.told.values()) expect(slots.map(({ version }) => version)).toEqual([1]);
    const [rollout] = await rig.store.rollouts.list({ model: MODEL });
    expect(rollout?.reason).toContain('line-2: SELF_TEST_FAILED, deviation 3');
  });

  test('never rolls out a challenger that is not better, and does not try again before the cool-down', async () => {
    const rig = await LoopRig.open();
    await toChampion(rig);
    const { evaluate } = rig.worker.answers;
    rig.worker.answers.evaluate = (job) => {
      const spec = job.spec as Parameters<typeof evaluated>[0];
      return spec.purpose === 'comparison' ? evaluated(spec, 0.601) : evaluate(job);
    };
    await rig.store.retrainings.setPolicy(MODEL, POLICY, rig.clock.nowMs());
    rig.fleet.center = 50;
    await rig.until(async () => (await rig.store.retrainings.list({ model: MODEL }))[0]?.state === 'refused');
    for (let second = 0; second < 10; second++) await rig.second();
    const retrainings = await rig.store.retrainings.list({ model: MODEL });
    expect(retrainings).toHaveLength(1);
    expect(retrainings[0]?.reason).toContain('not met: accuracy on the same 200 rows 60.10 % against 60.00 %');
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 1 });
    expect(await rig.store.rollouts.list({ model: MODEL })).toHaveLength(1);
    rig.clock.advance(POLICY.coolDownMs);
    await rig.second();
    expect(await rig.store.retrainings.list({ model: MODEL })).toHaveLength(2);
  });

  test('gives a device that is enrolled later the champion, when it has the labels', async () => {
    const rig = await LoopRig.open();
    await toChampion(rig);
    await rig.fleet.enrol('line-4');
    await rig.second();
    expect(rig.fleet.told.get('line-4')).toMatchObject({ generation: 1, slots: [{ version: 1, model: MODEL }] });
    await rig.second();
    expect(rig.fleet.told.get('line-4')?.generation).toBe(1);
  });
});

describe('a cancelled run', () => {
  test('ends with its job, whether that waits or runs, and says who ended it', async () => {
    const rig = await LoopRig.open();
    const { id, jobId } = await rig.pipeline.startRun(RUN);
    expect(await rig.pipeline.cancelRun(id, 'eve')).toMatchObject({
      state: 'cancelled',
      error: { code: 'CANCELLED', message: 'cancelled by eve' },
    });
    expect(await rig.store.jobs.find(jobId ?? '')).toMatchObject({ state: 'cancelled' });
    await rig.second();
    expect(rig.worker.done).toEqual([]);
    expect(await rig.store.runs.find(id)).toMatchObject({ state: 'cancelled' });
    const [event] = await rig.store.events.list({ kind: 'run.cancelled' });
    expect(event?.message).toBe(`run ${id} of pump was cancelled by eve`);
  });

  test('is refused when the run has ended, with its state', async () => {
    const rig = await LoopRig.open();
    const { id } = await rig.pipeline.startRun(RUN);
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'done', 10);
    await expect(rig.pipeline.cancelRun(id, 'eve')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `run ${id} is done, and only one under way can be cancelled`,
    });
    await expect(rig.pipeline.cancelRun('run-none', 'eve')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a run that goes on', () => {
  test('after it was cancelled, with the same job and all its attempts', async () => {
    const rig = await LoopRig.open();
    const { id, jobId } = await rig.pipeline.startRun(RUN);
    await expect(rig.pipeline.resumeRun(id, 'ada')).rejects.toMatchObject({ code: 'CONFLICT' });
    await rig.pipeline.cancelRun(id, 'eve');
    expect(await rig.pipeline.resumeRun(id, 'ada')).toMatchObject({ id, state: 'training', jobId, error: null });
    const [event] = await rig.store.events.list({ kind: 'run.resumed' });
    expect(event?.message).toBe(`run ${id} of pump goes on, asked for by ada`);
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'done', 10);
    expect(rig.worker.done).toEqual(['train', 'quantize', 'evaluate']);
    await expect(rig.pipeline.resumeRun(id, 'ada')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `run ${id} is done, and only a failed or cancelled one can go on`,
    });
    await expect(rig.pipeline.resumeRun('run-none', 'ada')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('after its worker died says from where, on which worker and why', async () => {
    const rig = await LoopRig.open();
    const { id, jobId } = await rig.pipeline.startRun(RUN);
    const queue = new StoreJobQueue(rig.store, rig.clock);
    await queue.lease('gpu-1', ['train']);
    const newest = { digest: 'ab'.repeat(32), sizeBytes: 9, epoch: 3, step: 120, atMs: 0 };
    await rig.store.jobs.setCheckpoints(jobId ?? '', { newest, superseded: null });
    await queue.takeBack('gpu-1', { code: 'OUT_OF_MEMORY', message: 'the worker was killed' });
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'done', 10);
    expect(await rig.store.events.list({ kind: 'run.resumed' })).toMatchObject([
      {
        ...{ level: 'warning', model: 'pump', code: 'OUT_OF_MEMORY' },
        message: expect.stringMatching(
          /^run \S+ of pump: train goes on from epoch 3, step 120, on worker \S+, attempt 2: the worker was killed$/,
        ),
        detail: { runId: id, jobId, epoch: 3, step: 120, attempt: 2 },
      },
    ]);
    expect(await rig.store.jobs.find(jobId ?? '')).toMatchObject({ state: 'done', error: null });
  });

  test('is not one whose job was done and made no version', async () => {
    const rig = await LoopRig.open();
    rig.worker.answers.quantize = () => ({ variants: [] });
    const { id } = await rig.pipeline.startRun(RUN);
    await rig.until(async () => (await rig.store.runs.find(id))?.state === 'failed', 10);
    await expect(rig.pipeline.resumeRun(id, 'ada')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^job \S+ is done, and only one that failed or was cancelled can go on$/),
    });
    expect(await rig.store.runs.find(id)).toMatchObject({ state: 'failed', error: { code: 'DATA_INVALID' } });
  });
});

describe('the pipeline', () => {
  test('tells a device again when telling it went wrong', async () => {
    const rig = await LoopRig.open();
    await toChampion(rig);
    const publish = rig.fleet.publish.bind(rig.fleet);
    let tries = 0;
    rig.fleet.publish = async (deviceId) => {
      tries++;
      if (tries <= 2) throw new RangeError('the broker is not there');
      return publish(deviceId);
    };
    await rig.fleet.enrol('line-4');
    for (let second = 0; second < 3; second++) await rig.second();
    expect(rig.fleet.told.get('line-4')).toMatchObject({ slots: [{ version: 1 }] });
    expect(tries).toBe(3);
  });

  test('does not let one broken run stop another', async () => {
    const rig = await LoopRig.open();
    await rig.pipeline.startRun(RUN);
    const broken = await rig.pipeline.startRun({ ...RUN, model: 'valve' });
    const find = rig.store.jobs.find.bind(rig.store.jobs);
    rig.store.jobs.find = async (id) => {
      if (id === broken.jobId) throw new RangeError('the disk is full');
      return find(id);
    };
    await rig.until(async () => (await rig.store.models.findVersion(MODEL, 1)) !== undefined, 10);
    expect(await rig.store.models.listVersions(MODEL)).toHaveLength(1);
    expect((await rig.store.runs.find(broken.id))?.state).toBe('training');
    rig.store.jobs.find = find;
    await rig.until(async () => (await rig.store.models.findVersion('valve', 1)) !== undefined, 10);
    expect(await rig.store.models.listVersions('valve')).toHaveLength(1);
  });

  test('ticks by itself and when a job has ended, until it is stopped', async () => {
    const rig = await LoopRig.open();
    const { id } = await rig.pipeline.startRun(RUN);
    await rig.pipeline.start();
    await rig.worker.work();
    await rig.pipeline.jobEnded();
    await vi.waitFor(async () => expect((await rig.store.runs.find(id))?.state).toBe('quantizing'));
    await rig.worker.work();
    await rig.pipeline.jobEnded();
    await rig.pipeline.stop();
    expect((await rig.store.runs.find(id))?.state).toBe('quantizing');
  });
});

describe('a run', () => {
  const METRICS_OF_CHANCE = {
    ...{ accuracy: 0.5, accuracyLow: 0.43, accuracyHigh: 0.57, balancedAccuracy: 0.5, macroF1: 0.5, logLoss: 0.7 },
    confusion: [
      [50, 50],
      [50, 50],
    ],
  };
  const faults: [string, (rig: LoopRig) => void, { state: string; code: string; message: string }][] = [
    [
      'fails when a worker gives what nobody can read',
      (rig) => {
        rig.worker.answers.quantize = () => ({ variants: [{ name: 'int8-static' }] });
      },
      { state: 'failed', code: 'DATA_INVALID', message: 'result.variants.0.digest' },
    ],
    [
      'fails when a form is no model',
      (rig) => {
        const { quantize } = rig.worker.answers;
        rig.worker.answers.quantize = (job) => {
          const { variants } = quantize(job) as { variants: { digest: string; goldenDigest: string }[] };
          return { variants: variants.map((form) => ({ ...form, digest: form.goldenDigest })) };
        };
      },
      { state: 'failed', code: 'DATA_INVALID', message: '' },
    ],
    [
      'is refused when the gate says no',
      (rig) => {
        rig.worker.answers.evaluate = () => ({
          reports: [{ ref: 'float32', metrics: { ...METRICS_OF_CHANCE, rows: 200 } }],
        });
      },
      { state: 'refused', code: 'GATE_REFUSED', message: 'not met: accuracy 50.00 %' },
    ],
  ];
  for (const [title, spoil, expected] of faults) {
    test(`${title}, with the reason`, async () => {
      const rig = await LoopRig.open();
      spoil(rig);
      await rig.pipeline.startRun(RUN);
      await rig.until(async () => (await rig.store.runs.list({}))[0]?.error !== null, 10);
      const [run] = await rig.store.runs.list({});
      expect(run).toMatchObject({ state: expected.state, error: { code: expected.code } });
      expect(run?.error?.message).toContain(expected.message);
      expect(await rig.store.models.listVersions(MODEL)).toEqual([]);
    });
  }
});

describe('a hub that is killed right after any commit', () => {
  const scenarios: [string, (killAfter?: number) => Promise<LoopRig>][] = [
    ['the whole loop', wholeLoop],
    ['a release that is taken back', badRelease],
  ];
  for (const [title, scenario] of scenarios) {
    test(`ends as if nothing had happened: ${title}`, { timeout: 120_000 }, async () => {
      const calm = await scenario();
      const expected = await loopState(calm, MODEL);
      expect(calm.kill.commits).toBeGreaterThan(15);
      for (let commit = 1; commit <= calm.kill.commits; commit++) {
        const rig = await scenario(commit);
        expect(rig.kill.commits, `killed after commit ${commit}`).toBeGreaterThanOrEqual(commit);
        expect(await loopState(rig, MODEL), `killed after commit ${commit}`).toEqual(expected);
      }
    });
  }
});
