import { profileNamed } from '@edgeloop/firmware-profiles';
import { Release } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { DEVICES, LoopRig, PLAN } from '../testing/loop-rig.ts';
import { RolloutSteps } from './rollout-steps.ts';

const MODEL = 'pump';

/** A hub with versions 1 to `count`, on no device yet. */
async function rigWithVersions(count: number): Promise<LoopRig> {
  const rig = await LoopRig.open();
  for (let version = 1; version <= count; version++) {
    await rig.pipeline.startRun({ model: MODEL, dataset: { name: 'pumps' }, requestedBy: 'ada' });
    await rig.until(async () => (await rig.store.models.findVersion(MODEL, version)) !== undefined, 10);
  }
  return rig;
}

async function rollOut(rig: LoopRig, version: number, plan: Partial<typeof PLAN> = {}): Promise<string> {
  const rollout = await rig.pipeline.startRollout({
    model: MODEL,
    version,
    plan: { ...PLAN, ...plan },
    requestedBy: 'ada',
  });
  return rollout.id;
}

async function untilState(rig: LoopRig, id: string, state: string): Promise<void> {
  await rig.until(async () => (await rig.store.rollouts.find(id))?.state === state, 30);
  expect((await rig.store.rollouts.find(id))?.state).toBe(state);
}

/** [device, version, generation] of what devices were told last. */
function told(rig: LoopRig): unknown[] {
  return DEVICES.map((id) => rig.fleet.told.get(id)?.slots.map(({ version }) => version) ?? []);
}

async function refusal(action: Promise<unknown>): Promise<RequestError> {
  try {
    await action;
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    return error as RequestError;
  }
  return expect.unreachable('nothing was refused');
}

describe('RolloutSteps', () => {
  test('empties the slot of devices that ran nothing before, when the release is taken back', async () => {
    const rig = await rigWithVersions(1);
    rig.fleet.refusing.set('line-1', 1);
    const id = await rollOut(rig, 1);
    expect(told(rig)).toEqual([[1], [], []]);
    await untilState(rig, id, 'rolled-back');
    expect(told(rig)).toEqual([[], [], []]);
    for (const device of await rig.store.devices.list()) {
      expect(await rig.store.devices.desiredSlots(device.id)).toEqual([]);
    }
  });

  test('gives back what the device may send as well as what it runs', async () => {
    const rig = await rigWithVersions(2);
    const shy = { kind: 'none' as const, share: 0, perHour: 0, omitFields: ['serial'] };
    await untilState(rig, await rollOut(rig, 1, { samples: shy }), 'done');
    rig.fleet.refusing.set('line-1', 2);
    await untilState(rig, await rollOut(rig, 2), 'rolled-back');
    expect(rig.fleet.told.get('line-1')?.slots).toMatchObject([{ version: 1, samples: shy }]);
  });

  test('refuses a second rollout to the same slots, and lets another slot have one', async () => {
    const rig = await rigWithVersions(2);
    const id = await rollOut(rig, 1);
    const conflict = await refusal(rollOut(rig, 2));
    expect(conflict).toMatchObject({ code: 'CONFLICT', details: { rolloutId: id } });
    expect(conflict.message).toContain(`rollout ${id} of pump@1 is running on slot default of line-1`);
    await rollOut(rig, 2, { slot: 'second' });
    expect(await rig.store.rollouts.list({ states: ['running'] })).toHaveLength(2);
  });

  test('refuses to take back an old rollout under a running one', async () => {
    const rig = await rigWithVersions(2);
    const first = await rollOut(rig, 1);
    await untilState(rig, first, 'done');
    const second = await rollOut(rig, 2);
    const conflict = await refusal(rig.pipeline.rollBack(first, 'ada'));
    expect(conflict).toMatchObject({ code: 'CONFLICT', details: { rolloutId: second } });
    expect(await rig.store.rollouts.find(first)).toMatchObject({ state: 'done' });
  });

  test('takes a finished rollout back, and the champion with it', async () => {
    const rig = await rigWithVersions(2);
    await untilState(rig, await rollOut(rig, 1), 'done');
    const second = await rollOut(rig, 2);
    await untilState(rig, second, 'done');
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 2 });
    await rig.pipeline.rollBack(second, 'ada');
    expect(told(rig)).toEqual([[1], [1], [1]]);
    await untilState(rig, second, 'rolled-back');
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 1 });
    expect((await rig.store.models.aliasMoves(MODEL)).at(-1)?.cause).toBe(`roll back of rollout ${second}`);
  });

  test('does not touch what a newer rollout has set when an old one is taken back, nor waits for it', async () => {
    const rig = await rigWithVersions(2);
    const first = await rollOut(rig, 1);
    await untilState(rig, first, 'done');
    await untilState(rig, await rollOut(rig, 2), 'done');
    await rig.pipeline.rollBack(first, 'ada');
    await rig.second();
    expect(await rig.store.rollouts.find(first)).toMatchObject({ state: 'rolled-back' });
    expect(told(rig)).toEqual([[2], [2], [2]]);
    expect(await rig.store.models.aliases(MODEL)).toEqual({ champion: 2 });
  });

  test('lets devices that are healthy keep the release when the rollout is aborted', async () => {
    const rig = await rigWithVersions(1);
    rig.fleet.refusing.set('line-3', 1);
    const id = await rollOut(rig, 1, { gate: { ...PLAN.gate, minSuccessShare: 0.6 } });
    await rig.until(async () => (await rig.store.rollouts.find(id))?.wave === 1, 10);
    await rig.pipeline.abortRollout(id, 'ada');
    await rig.second();
    expect(await rig.store.rollouts.find(id)).toMatchObject({ state: 'aborted', reason: 'aborted by ada' });
    expect(told(rig)).toEqual([[1], [], []]);
  });

  test('offers nothing while it is paused', async () => {
    const rig = await rigWithVersions(1);
    const id = await rollOut(rig, 1);
    await rig.pipeline.pauseRollout(id, 'ada');
    for (let second = 0; second < 5; second++) await rig.second();
    expect(told(rig)).toEqual([[1], [], []]);
    await rig.pipeline.resumeRollout(id, 'ada');
    await untilState(rig, id, 'done');
  });

  test('says which field of a plan is wrong', async () => {
    const rig = await rigWithVersions(1);
    const error = await refusal(rollOut(rig, 1, { waves: [0.5, 0.2] }));
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(error.message).toContain('rollout plan: waves');
  });

  test('refuses a version that does not exist', async () => {
    const rig = await rigWithVersions(1);
    expect(await refusal(rollOut(rig, 7))).toMatchObject({ code: 'NOT_FOUND', message: 'no version pump@7' });
  });
});

type VariantFields = { readonly format?: string; readonly profiles?: string[] };

/** Starts a rollout of a release of these variants; what they weigh is by their names. */
async function rollOutVariants(
  sizes: Readonly<Record<string, number>>,
  fields: Readonly<Record<string, VariantFields>> = {},
): Promise<{ readonly rig: LoopRig; readonly started: Promise<unknown> }> {
  const rig = await rigWithVersions(1);
  const variants = Object.entries(sizes).map(([name, sizeBytes]) => ({
    ...{ name, opset: 21, weightBytes: 1, model: { sizeBytes } },
    ...fields[name],
  }));
  const release = Release.decode(Release.encode({ model: MODEL, version: 9, variants }));
  const steps = new RolloutSteps({
    store: rig.store,
    clock: rig.clock,
    releases: { read: async () => ({ release, releaseDigest: 'ab'.repeat(32) }) },
    profileOf: profileNamed,
  });
  const cause = { kind: 'request', ref: 'ada' } as const;
  return { rig, started: steps.start({ model: MODEL, version: 9, plan: PLAN, cause }) };
}

describe('a rollout of a model that does not fit', () => {
  test('is refused with the device, every variant and both figures, and nobody is told', async () => {
    const { rig, started } = await rollOutVariants({ 'int8-static': 40_000_000, float32: 160_000_000 });
    const refused = await refusal(started);
    expect(refused.code).toBe('PROFILE_UNFIT');
    expect(refused.message).toMatch(
      /^no variant of pump@9 fits line-1: int8-static: .*got 40000000.*float32: .*got 160000000/,
    );
    expect(await rig.store.rollouts.list()).toEqual([]);
    expect(told(rig)).toEqual([[], [], []]);
  });

  test('is refused where the only form that is small enough is for other kinds of devices', async () => {
    const { started } = await rollOutVariants(
      { 'int8-static': 40_000, float32: 160_000_000 },
      { 'int8-static': { format: 'int8-static', profiles: ['x86-vnni'] } },
    );
    const refused = await refusal(started);
    expect(refused.code).toBe('PROFILE_UNFIT');
    expect(refused.message).toMatch(/fits line-1: int8-static: it is for x86-vnni; float32: .*got 160000000/);
  });

  test('goes ahead where a form fits whose name is not its number format', async () => {
    const { started } = await rollOutVariants(
      { 'int8-static-7bit': 40_000, float32: 160_000_000 },
      { 'int8-static-7bit': { format: 'int8-static', profiles: ['simulated'] } },
    );
    expect(await started).toMatchObject({ rollout: { version: 9 } });
  });
});

describe('StandingAssignments', () => {
  test('give a late device the champion of a rollout whose labels it has, and nothing to others', async () => {
    const rig = await rigWithVersions(1);
    await rollOut(rig, 1, { labels: { site: 'aachen' } });
    await rig.fleet.enrol('late-1', { site: 'aachen' });
    await rig.fleet.enrol('late-2', { site: 'berlin' });
    await rig.second();
    expect(rig.fleet.told.get('late-1')?.slots).toMatchObject([{ version: 1, samples: PLAN.samples }]);
    expect(rig.fleet.told.get('late-2')).toBeUndefined();
    await rig.store.devices.setLabels('late-2', { site: 'aachen' });
    await rig.second();
    expect(rig.fleet.told.get('late-2')?.slots).toMatchObject([{ version: 1 }]);
  });

  test('give nothing of a rollout that was taken back, and nothing to a device that has been asked before', async () => {
    const rig = await rigWithVersions(1);
    const id = await rollOut(rig, 1);
    await untilState(rig, id, 'done');
    await rig.pipeline.rollBack(id, 'ada');
    await rig.fleet.enrol('late-1');
    for (let second = 0; second < 3; second++) await rig.second();
    expect(rig.fleet.told.get('late-1')).toBeUndefined();
    expect(told(rig)).toEqual([[], [], []]);
  });
});
