import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import type { RetrainingPolicy } from '../store/retraining-store.ts';
import { DEFAULT_RETRAINING_POLICY, RetrainingPolicySchema } from './retraining-policy.ts';

describe('RetrainingPolicySchema', () => {
  test('gives everything a default', () => {
    expect(RetrainingPolicySchema.parse({})).toEqual(DEFAULT_RETRAINING_POLICY);
    expect(DEFAULT_RETRAINING_POLICY).toMatchObject({
      enabled: true,
      when: { driftChecks: 3, minLabelled: 1_000 },
      data: { heldOutShare: 0.3 },
    });
    expect(DEFAULT_RETRAINING_POLICY.then).toMatchObject({ waves: [0.34, 1], slot: 'default' });
  });

  test('keeps what is given beside the defaults', () => {
    const policy = parseJson('{ "when": { "minLabelled": 50 }, "then": { "waves": [1] } }');
    expect(policy.when).toEqual({ driftChecks: 3, minLabelled: 50 });
    expect(policy.then).toMatchObject({ waves: [1], slot: 'default' });
  });

  test('lets a person decide about the rollout', () => {
    expect(parseJson('{ "then": null }').then).toBeNull();
  });

  test('refuses what cannot be and what it does not know', () => {
    for (const wrong of [
      '{ "data": { "heldOutShare": 0 } }',
      '{ "data": { "heldOutShare": 1 } }',
      '{ "when": { "driftChecks": 0 } }',
      '{ "coolDownMs": -1 }',
      '{ "then": { "waves": [0.5] } }',
      '{ "whenever": true }',
    ]) {
      expect(() => parseJson(wrong), wrong).toThrow(ZodError);
    }
  });
});

function parseJson(text: string): RetrainingPolicy {
  return RetrainingPolicySchema.parse(JSON.parse(text));
}
