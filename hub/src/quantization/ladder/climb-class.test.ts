import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { GraphEngine } from '../../graph-engine.ts';
import { climb, engine, GOALS, HARSH, INT8, profile } from '../../testing/small-climb.ts';
import { wideNetwork } from '../../testing/wide-network.ts';
import type { FineTuneRequest } from './fine-tune.ts';

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

  test('that want other formats too have what is the same made, trained and measured once', async () => {
    const requests: string[] = [];
    const fineTune = async ({ model, reason }: FineTuneRequest) => {
      requests.push(reason);
      return model;
    };
    const goals = { ...GOALS, maxAccuracyDrop: 1, maxRelativeDrop: 1, maxSizeShare: 0.01 };
    const opened: string[] = [];
    const timed = engine();
    const counting: GraphEngine = {
      ...{ name: timed.name, cores: 1, memoryBytes: timed.memoryBytes },
      open: async (bytes) => {
        opened.push(createHash('sha256').update(bytes).digest('hex'));
        return timed.open(bytes);
      },
    };
    const profiles = [profile('a', INT8), profile('b', [...INT8, 'float16']), profile('c', ['int8-static', 'float32'])];
    const options = { fineTune, goals, engine: counting, timed };
    const alone = await climb({ ...options, profiles: profiles.slice(0, 1) });
    const [openedAlone, requestsAlone] = [opened.splice(0), requests.splice(0)];
    const { report } = await climb({ ...options, profiles });
    expect(report.classes).toHaveLength(3);
    expect(report.classes[0]!.steps).toEqual(alone.report.classes[0]!.steps);
    expect(requestsAlone).toEqual(['pruning', 'pruning']);
    expect(requests).toEqual(requestsAlone);
    // The forms in half precision, and the golden vectors of one of them.
    expect(opened.length - openedAlone.length).toBeLessThanOrEqual(3);
    expect(openedAlone.filter((digest) => !opened.includes(digest))).toEqual([]);
  });

  test('train once where accuracy is all that is missed', async () => {
    const requests: string[] = [];
    const fineTune = async ({ model, reason }: FineTuneRequest) => {
      requests.push(reason);
      return model;
    };
    const profiles = [profile('a', INT8), profile('b', [...INT8, 'float16']), profile('c', ['int8-static', 'float32'])];
    await climb({ yardstick: HARSH, fineTune, profiles });
    expect(requests).toEqual(['quantization-aware']);
  });
});
