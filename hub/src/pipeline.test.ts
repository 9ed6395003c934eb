import { digestHex } from '@edgeloop/protocol';
import { describe, expect, test, vi } from 'vitest';
import { ReleaseShelf } from './steps/release-shelf.ts';
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

  test('names every blob in its records, those that releases name too, so that none is swept away', async () => {
    const rig = await wholeLoop();
    const named = await rig.store.blobReferences.all();
    expect(rig.blobs.digests.filter((digest) => !named.has(digest))).toEqual([]);
    const shelf = new ReleaseShelf(rig.store, rig.blobs);
    for (const version of [1, 2]) {
      const { release } = await shelf.read(MODEL, version);
      for (const ref of release.variants.flatMap(({ model, golden }) => [model!, golden!])) {
        expect(named).toContain(digestHex(ref));
      }
    }
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
