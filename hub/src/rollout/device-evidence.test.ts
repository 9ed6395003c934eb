import { describe, expect, it } from 'vitest';
import { deviceEvidence } from './device-evidence.ts';
import { RolloutWorld } from './rollout-fixture.ts';

const REFUSED = {
  ...{ model: 'm', version: 2, variant: 'int8-static', atMs: 5 },
  problem: { code: 'SELF_TEST_FAILED', message: 'deviation 3', atMs: 5 },
};

/** What a rollout makes of a device whose slot says this, beside a variant that it refused. */
function evidence(slot: Record<string, unknown>, running?: Record<string, unknown>) {
  const world = new RolloutWorld(['a']);
  world.decide();
  const standing = world.standing('a');
  const common = { slot: 'default', wantedModel: '', wantedVersion: 0, variantTests: [REFUSED] };
  const served = running && { ...running, releaseDigest: world.rollout.releaseDigest };
  world.reportRaw('a', standing.generation ?? 0, { ...common, ...slot, running: served });
  return deviceEvidence(world.rollout, world.standing('a'), world.fleet.get('a'), undefined);
}

describe('a device that refused a variant of the release', () => {
  it('is as good as any other once it serves a later one', () => {
    const running = { model: 'm', version: 2, variant: 'float32', inferences: 1_000 };
    expect(evidence({ phase: 'running' }, running)).toEqual({ kind: 'serving' });
  });

  it('is at work while it fetches and tests the next one', () => {
    for (const phase of ['downloading', 'verifying', 'self-testing', 'switching']) {
      expect(evidence({ phase, wantedModel: 'm', wantedVersion: 2 })).toEqual({ kind: 'started' });
    }
  });

  it('has a problem only when it has refused them all', () => {
    const { problem } = REFUSED;
    expect(evidence({ phase: 'refused', wantedModel: 'm', wantedVersion: 2, problem })).toEqual({
      kind: 'problem',
      problem: { code: 'SELF_TEST_FAILED', message: 'deviation 3' },
    });
  });
});
