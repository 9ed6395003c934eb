import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../training/seeded-random.ts';
import { RolloutWorld } from './rollout-fixture.ts';

const GATE = { minSuccessShare: 0.9, deviceTimeoutMs: 60_000, minInferences: 100, soakMs: 5_000, maxErrorShare: 0.05 };

/** From before any offer, about another try of the same version. */
const LATE_REPORT = { slot: 'default', phase: 'refused', wantedModel: 'm', wantedVersion: 2 };

describe('simulated rollouts', () => {
  function run(seed: number, failureShare: number): RolloutWorld {
    const random = new SeededRandom(seed);
    const ids = Array.from({ length: 200 }, (_, index) => `a${index}`);
    const rig = new RolloutWorld(ids, { waves: [0.05, 0.2, 1], gate: GATE });
    const behaviour = new Map(ids.map((id) => [id, random.next() < failureShare ? 'refuses' : 'good'] as const));
    for (let round = 0; round < 60 && ['running', 'rolling-back'].includes(rig.rollout.state); round++) {
      rig.decide();
      for (const { deviceId, state } of rig.devices) {
        if (state === 'waiting' || random.next() < 0.3) continue;
        if (random.next() < 0.1) {
          rig.reportRaw(deviceId, 1, LATE_REPORT);
          continue;
        }
        if (state === 'rolled-back') rig.reportRestored(deviceId);
        else rig.report(deviceId, behaviour.get(deviceId) ?? 'good');
      }
      // What was decided on already must not count again.
      rig.decide();
      rig.pass(2_500);
    }
    return rig;
  }

  test('stop a release that fails on a fifth of the devices, mostly in the first two waves, and count each failure once', () => {
    const worlds = Array.from({ length: 50 }, (_, seed) => run(seed, 0.2));
    const stopped = worlds.filter((rig) => rig.rollout.state === 'rolled-back');
    expect(stopped).toHaveLength(50);
    const early = stopped.filter((rig) => rig.offered.length <= 40);
    expect(early.length).toBeGreaterThanOrEqual(45);
    for (const rig of stopped) {
      expect(new Set(rig.offered).size).toBe(rig.offered.length);
      const failures = rig.messages.filter((message) => message.includes('did not take'));
      expect(new Set(failures).size).toBe(failures.length);
    }
  });

  test('let a good release through, whatever late reports say', () => {
    for (let seed = 0; seed < 50; seed++) {
      const rig = run(seed, 0);
      expect(rig.rollout.state).toBe('done');
      expect(rig.offered).toHaveLength(200);
    }
  });
});
