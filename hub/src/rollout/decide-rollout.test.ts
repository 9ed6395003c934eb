import { describe, expect, test } from 'vitest';
import { RequestError } from '../errors.ts';
import { type Behaviour, RolloutWorld } from './rollout-fixture.ts';
import { nextRolloutState } from './rollout-table.ts';

const GATE = { minSuccessShare: 1, deviceTimeoutMs: 60_000, minInferences: 100, soakMs: 5_000, maxErrorShare: 0.05 };
const TEN = Array.from({ length: 10 }, (_, index) => `a${index}`);

function world(ids: readonly string[] = TEN, waves = [0.1, 0.5, 1], minSuccessShare = 1): RolloutWorld {
  return new RolloutWorld(ids, { waves, gate: { ...GATE, minSuccessShare } });
}

/** Lets every offered device report, twice with the soak time between, and decides each time. */
function settle(rig: RolloutWorld, behaviourOf: (id: string) => Behaviour = () => 'good'): void {
  for (let round = 0; round < 2; round++) {
    for (const { deviceId, state } of rig.devices) if (state !== 'waiting') rig.report(deviceId, behaviourOf(deviceId));
    rig.decide();
    rig.pass(GATE.soakMs);
  }
}

describe('a rollout whose devices are well', () => {
  test('offers wave by wave and ends as done', () => {
    const rig = world();
    rig.decide();
    expect(rig.offered).toEqual(['a0']);
    settle(rig);
    expect(rig.offered).toHaveLength(5);
    settle(rig);
    expect(rig.offered).toHaveLength(10);
    settle(rig);
    expect(rig.rollout.state).toBe('done');
    expect(rig.devices.every((device) => device.state === 'healthy')).toBe(true);
    expect(rig.restored).toEqual([]);
  });

  test('changes nothing when it is looked at again without news', () => {
    const rig = world();
    rig.decide();
    const again = rig.decide();
    expect(again).toMatchObject({ devices: [], offers: [], restores: [], events: [] });
    expect(again.rollout).toBe(rig.rollout);
  });

  test('does not count a device as healthy before its soak time and its inferences', () => {
    const rig = world(['a0'], [1]);
    rig.decide();
    rig.report('a0', 'good', 99);
    rig.decide();
    rig.pass(GATE.soakMs);
    rig.decide();
    expect(rig.standing('a0').state).toBe('installing');
    rig.report('a0', 'good', 100);
    rig.decide();
    rig.pass(GATE.soakMs - 1);
    rig.decide();
    expect(rig.standing('a0').state).toBe('installing');
    rig.pass(1);
    rig.decide();
    expect(rig.standing('a0').state).toBe('healthy');
  });

  test('starts the soak time anew after an interruption', () => {
    const rig = world(['a0'], [1]);
    rig.decide();
    rig.report('a0', 'good');
    rig.decide();
    rig.pass(GATE.soakMs - 1);
    rig.report('a0', 'slow');
    rig.decide();
    rig.report('a0', 'good');
    rig.decide();
    rig.pass(1);
    rig.decide();
    expect(rig.standing('a0').state).toBe('installing');
  });

  test('takes no notice of a report from before the offer', () => {
    const rig = world(['a0'], [1]);
    rig.decide();
    rig.reportRaw('a0', 1, { slot: 'default', phase: 'refused', wantedModel: 'm', wantedVersion: 2 });
    rig.decide();
    expect(rig.standing('a0').state).toBe('offered');
  });
});

describe('a rollout with a device that is not well', () => {
  const bad: [Behaviour, string][] = [
    ['refuses', 'SELF_TEST_FAILED'],
    ['falls-back', 'SELF_TEST_FAILED'],
    ['errs', 'INFERENCE_FAILED'],
  ];
  for (const [behaviour, code] of bad) {
    test(`takes the release back when a device ${behaviour}, and says why`, () => {
      const rig = world();
      rig.decide();
      rig.report('a0', behaviour);
      rig.decide();
      expect(rig.rollout.state).toBe('rolling-back');
      expect(rig.rollout.reason).toContain(code);
      expect(rig.restored).toEqual(['a0']);
      expect(rig.offered).toEqual(['a0']);
      expect(rig.standing('a0')).toMatchObject({ state: 'rolled-back', problem: { code } });
      rig.reportRestored('a0');
      rig.decide();
      expect(rig.rollout.state).toBe('rolled-back');
    });
  }

  test('counts a silent device as failed after its time', () => {
    const rig = world();
    rig.decide();
    rig.pass(GATE.deviceTimeoutMs);
    rig.decide();
    expect(rig.rollout.state).toBe('running');
    rig.pass(1);
    rig.decide();
    expect(rig.rollout).toMatchObject({ state: 'rolling-back' });
    expect(rig.standing('a0').problem?.code).toBe('DEVICE_SILENT');
  });

  test('says of a device without enough to do that it runs, and what it lacks', () => {
    const rig = world(['a0'], [1]);
    rig.decide();
    rig.report('a0', 'good', 2);
    rig.decide();
    rig.pass(GATE.deviceTimeoutMs + 1);
    rig.decide();
    const message = `it runs, with 2 of the ${GATE.minInferences} inferences of gate.minInferences`;
    expect(rig.standing('a0').problem?.message).toContain(message);
  });

  test('goes on while the success share can still be reached', () => {
    const rig = world(TEN, [0.5, 1], 0.8);
    rig.decide();
    settle(rig, (id) => (id === 'a3' ? 'refuses' : 'good'));
    expect(rig.rollout).toMatchObject({ state: 'running', wave: 1 });
    settle(rig, (id) => (id === 'a3' ? 'refuses' : 'good'));
    expect(rig.rollout.state).toBe('done');
    expect(rig.standing('a3').state).toBe('failed');
  });

  test('fails at once when the share is out of reach, without waiting for the rest', () => {
    const rig = world(TEN, [0.5, 1], 0.8);
    rig.decide();
    rig.report('a1', 'refuses');
    rig.report('a2', 'refuses');
    rig.decide();
    expect(rig.rollout.state).toBe('rolling-back');
    expect(rig.restored.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
  });

  test('notices a device of an earlier wave that falls back later', () => {
    const rig = world(TEN, [0.1, 1]);
    rig.decide();
    settle(rig);
    expect(rig.rollout.wave).toBe(1);
    rig.report('a0', 'falls-back');
    rig.decide();
    expect(rig.rollout.state).toBe('rolling-back');
  });

  test('does not take a dead device for a healthy one because its last report was good', () => {
    const rig = world(['a0'], [1]);
    rig.decide();
    rig.report('a0', 'good');
    rig.decide();
    rig.change('a0', { online: false });
    rig.pass(GATE.soakMs);
    rig.decide();
    expect(rig.standing('a0').state).toBe('installing');
    rig.pass(GATE.deviceTimeoutMs);
    rig.decide();
    expect(rig.standing('a0').problem).toMatchObject({ code: 'DEVICE_SILENT' });
    expect(rig.standing('a0').problem?.message).toContain('offline');
  });

  test('goes on without a device that was revoked, and offers it nothing', () => {
    const rig = world(['a0', 'a1', 'a2'], [0.34, 1]);
    rig.decide();
    rig.change('a1', { revokedMs: 5 });
    rig.change('a2', { revokedMs: 5 });
    settle(rig, (id) => (id === 'a0' ? 'good' : 'silent'));
    expect(rig.standing('a0').state).toBe('healthy');
    expect(rig.offered).not.toContain('a2');
    rig.pass(GATE.deviceTimeoutMs + 1);
    rig.decide();
    expect(rig.rollout.state).toBe('done');
  });

  test('ends a roll back when a device stays away: the old state waits for it', () => {
    const rig = world(['a0'], [1]);
    rig.decide();
    rig.report('a0', 'refuses');
    rig.decide();
    rig.pass(GATE.deviceTimeoutMs + 1);
    rig.decide();
    expect(rig.rollout.state).toBe('rolled-back');
  });
});

describe('a person', () => {
  test('aborts: devices under way go back, healthy ones stay', () => {
    const rig = world(TEN, [0.1, 1]);
    rig.decide();
    settle(rig);
    rig.takeBack('abort');
    expect(rig.rollout).toMatchObject({ state: 'aborted', reason: 'a person said so' });
    expect(rig.standing('a0').state).toBe('healthy');
    expect(rig.restored).toHaveLength(9);
    expect(rig.decide()).toMatchObject({ offers: [], restores: [] });
  });

  test('rolls a finished rollout back', () => {
    const rig = world(['a0', 'a1'], [1]);
    rig.decide();
    settle(rig);
    rig.takeBack('roll-back');
    expect(rig.restored.sort()).toEqual(['a0', 'a1']);
    expect(rig.rollout.state).toBe('rolling-back');
  });

  test('pauses without using up the time of the devices', () => {
    const rig = world(['a0', 'a1'], [0.5, 1]);
    rig.decide();
    rig.pass(GATE.deviceTimeoutMs / 2);
    rig.hold('pause');
    rig.report('a0', 'good');
    rig.pass(10 * GATE.deviceTimeoutMs);
    expect(rig.decide()).toMatchObject({ devices: [], offers: [] });
    rig.hold('resume');
    settle(rig);
    expect(rig.rollout).toMatchObject({ state: 'running', wave: 1 });
    rig.pass(GATE.deviceTimeoutMs);
    rig.decide();
    expect(rig.rollout.state).toBe('rolling-back');
    expect(rig.standing('a1').problem?.code).toBe('DEVICE_SILENT');
  });

  test('cannot resume what is done', () => {
    try {
      nextRolloutState('r1', 'done', 'resume');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ code: 'CONFLICT', message: 'resume needs rollout r1 to be paused, got done' });
    }
  });
});

describe('the plan', () => {
  test('brings a third of three devices as one, and never more than the share', () => {
    const waves = (ids: string[], shares: number[]): number[] => world(ids, shares).devices.map(({ wave }) => wave);
    expect(waves(['a0', 'a1', 'a2'], [0.34, 1])).toEqual([0, 1, 1]);
    expect(waves(TEN, [0.25, 0.7, 1])).toEqual([0, 0, 1, 1, 1, 1, 1, 2, 2, 2]);
  });

  test('brings at least one device in the first wave and everybody in the last', () => {
    for (const count of [1, 2, 3, 7, 30, 101]) {
      const ids = Array.from({ length: count }, (_, index) => `a${index}`);
      const waves = world(ids).devices.map((device) => device.wave);
      expect(waves.filter((wave) => wave === 0)).toHaveLength(Math.max(1, Math.floor(count / 10)));
      expect(waves).toHaveLength(count);
    }
  });

  test('takes only devices with all the labels', () => {
    const rig = new RolloutWorld(['a0', 'b0', 'b1'], { labels: { site: 'berlin' } });
    expect(rig.devices.map((device) => device.deviceId)).toEqual(['b0', 'b1']);
  });

  test('is done at once when nobody matches, and stands for later devices', () => {
    const rig = new RolloutWorld(['a0'], { labels: { site: 'nowhere' } });
    expect(rig.rollout.state).toBe('done');
    expect(rig.rollout.reason).toContain('enrolled later');
  });

  test('refuses a device that another rollout has in its hands', () => {
    const rig = world();
    expect(() => rig.plan({}, true, [{ rollout: rig.rollout, devices: rig.devices }])).toThrow(
      /is running on slot default/,
    );
    const other = { ...rig.rollout, plan: { ...rig.rollout.plan, slot: 'second' } };
    expect(rig.plan({}, true, [{ rollout: other, devices: rig.devices }]).devices).toHaveLength(10);
  });
});
