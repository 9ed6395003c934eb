import { describe, expect, test } from 'vitest';
import { climb, INT8, profile } from '../../testing/small-climb.ts';
import { wideNetwork } from '../../testing/wide-network.ts';

describe('several classes of profiles', () => {
  test('get forms of their own where they saturate', async () => {
    const profiles = [profile('new', INT8), profile('old', INT8, true)];
    const { report, forms } = await climb({ profiles });
    expect(report.classes.map(({ name, order }) => [name, order])).toEqual([
      ['full-range', ['int8-static', 'int8-dynamic', 'float32']],
      ['reduced-range', ['int8-static-7bit', 'int8-dynamic-7bit', 'float32']],
    ]);
    expect(forms.map(({ name, profiles: names }) => [name, names])).toEqual([
      ['int8-static', ['new']],
      ['int8-static-7bit', ['old']],
      ['int8-dynamic', ['new']],
      ['int8-dynamic-7bit', ['old']],
      ['float32', []],
    ]);
  });

  test('share what is the same for both', async () => {
    const weights = ['int8-weights', 'float32'] as const;
    const profiles = [profile('new', weights), profile('old', weights, true)];
    const { report, forms } = await climb({ profiles, model: wideNetwork({ units: 300 }) });
    expect(forms.map(({ name, profiles: names }) => [name, names])).toEqual([
      ['int8-weights', ['new', 'old']],
      ['float32', []],
    ]);
    expect(report.classes.map(({ order }) => order)).toEqual([
      ['int8-weights', 'float32'],
      ['int8-weights', 'float32'],
    ]);
  });

  test('of one kind are one class, and those that take float32 only get nothing else', async () => {
    const profiles = [profile('b', INT8), profile('a', INT8), profile('plain', ['float32'])];
    const { report } = await climb({ profiles });
    expect(report.classes.map(({ name, profiles: names, chosen }) => [name, names, chosen])).toEqual([
      ['full-range with int8-dynamic, int8-static', ['a', 'b'], 'int8-static'],
      ['full-range', ['plain'], 'float32'],
    ]);
    expect(report.classes[1]!.why).toBe('these profiles take float32 only');
  });
});
