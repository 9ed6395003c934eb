import { describe, expect, test } from 'vitest';
import { jobMeaningOf } from './job-rows.ts';

const DIGEST = 'a'.repeat(64);

describe('what a job was for', () => {
  test('is read from its spec, with the classes of the model', () => {
    const windows = { size: 8, stride: 4, label: 'last', group: null };
    const target = { task: 'classification', column: 'state', classes: [] };
    const spec = { dataset: { digest: DIGEST }, target, windows, floatModel: {} };
    expect(jobMeaningOf(spec, ['on', 'off'])).toEqual({ windows, target: { ...target, classes: ['on', 'off'] } });
  });

  test('is the label where an older hub wrote the spec', () => {
    const spec = { dataset: { digest: DIGEST, label: 'Class' }, features: ['V1'], classes: ['a', 'b'], heldOut: null };
    expect(jobMeaningOf(spec, ['a', 'b'])).toEqual({
      target: { task: 'classification', column: 'Class', classes: ['a', 'b'] },
    });
  });

  test('keeps what is normal, and the number to tell', () => {
    for (const target of [
      { task: 'anomaly', column: 'Class', normal: ['a'] },
      { task: 'regression', column: 'price' },
    ]) {
      expect(jobMeaningOf({ dataset: { digest: DIGEST }, target }, []).target).toEqual(target);
    }
  });
});
