import { describe, expect, test } from 'vitest';
import { changeText, floatReasons, goalsText, profilesText, reachedText, timeRatio } from './quantization-words.ts';

const QUALITY = { figure: 'accuracy', value: 0.94, low: 0.9, high: 0.95, rows: 200 } as const;

describe('words of a quantization', () => {
  test('name the goals that limit something', () => {
    const usual = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 1 };
    expect(goalsText({ goals: usual })).toBe(
      'a drop of at most 0.5 points and 1 % of what float32 has, smaller than float32, at most 1 × its time',
    );
    expect(goalsText({ goals: { ...usual, maxAccuracyDrop: 1, maxSizeShare: 0.3, maxLatencyShare: 2.5 } })).toBe(
      'a drop of at most 1 % of what float32 has, at most 30.0 % of its size, at most 2.5 × its time',
    );
    expect(goalsText({ goals: { ...usual, maxAccuracyDrop: 1, maxRelativeDrop: 1 } })).toMatch(/^any drop, /);
  });

  test('tell a drop as a change with its interval, and nothing of what was not measured', () => {
    expect(changeText({ ...QUALITY, drop: 0.005, dropLow: -0.001, dropHigh: 0.009 })).toEqual({
      ...{ change: '−0.50 points', sure: '95 % sure: −0.90 to +0.10 points' },
    });
    expect(changeText({ ...QUALITY, figure: 'r2', drop: 0.004, dropLow: -0.001, dropHigh: 0.007 })).toEqual({
      ...{ change: '−0.004', sure: '95 % sure: −0.007 to +0.001' },
    });
    expect(changeText(null)).toEqual({ change: '–', sure: '' });
    expect(reachedText({ figure: 'r2', value: 0.9775 })).toBe('0.978');
    expect(reachedText({ figure: 'agreement', value: 0.9775 })).toMatch(/^97.8 %$|^97.75 %$/);
  });

  test('compare times measured in turn', () => {
    expect(timeRatio({ p50Ms: 0.43, floatP50Ms: 1 })).toBe('0.43 ×');
    // What decided, where it is known.
    expect(timeRatio({ p50Ms: 0.43, floatP50Ms: 1, latencyShare: 0.51 })).toBe('0.51 ×');
    expect(timeRatio({ p50Ms: null, floatP50Ms: null })).toBe('–');
  });

  test('say for whom a search was, and gather nodes by the reason that keeps them in float', () => {
    expect(profilesText({ profiles: [] })).toBe('every profile');
    expect(profilesText({ profiles: ['a', 'b'] })).toBe('a, b');
    const node = (name: string, reason: string) => ({ node: name, operator: 'Conv', reason });
    expect(floatReasons({ inFloat: [node('a', 'slow'), node('b', 'loses'), node('c', 'slow')] })).toEqual([
      ['slow', ['a (Conv)', 'c (Conv)']],
      ['loses', ['b (Conv)']],
    ]);
  });
});
