import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { goal } from './goals-option.ts';

describe('--goal', () => {
  it('takes a drop in points or as a share, in the place of both usual limits', () => {
    expect(goal('accuracy-drop=0.5pt')).toEqual({ maxAccuracyDrop: 0.005, maxRelativeDrop: 1 });
    expect(goal('accuracy-drop=1%')).toEqual({ maxAccuracyDrop: 1, maxRelativeDrop: 0.01 });
    expect(goal('accuracy-drop=1%', goal('accuracy-drop=2 pt'))).toEqual({
      ...{ maxAccuracyDrop: 0.02, maxRelativeDrop: 0.01 },
    });
    expect(goal('accuracy-drop=2pt', goal('accuracy-drop=1%'))).toEqual({
      ...{ maxAccuracyDrop: 0.02, maxRelativeDrop: 0.01 },
    });
  });

  it('takes a size as a share of the float file or in bytes; the last one counts', () => {
    expect(goal('size=0.3x')).toEqual({ maxSizeShare: 0.3 });
    expect(goal('size=300KB')).toEqual({ maxSizeBytes: 300_000 });
    expect(goal('size=1.5 MiB', goal('size=0.3x'))).toEqual({ maxSizeBytes: 1_572_864 });
    expect(goal('size=0.25x', goal('size=12B'))).toEqual({ maxSizeShare: 0.25 });
  });

  it('takes a time as a share of that of float32', () => {
    expect(goal('latency=0.8x', { maxSizeShare: 0.3 })).toEqual({ maxSizeShare: 0.3, maxLatencyShare: 0.8 });
  });

  it('says what it expects of goals that make no sense', () => {
    const bad = {
      'accuracy=1pt': /^expected accuracy-drop=0.5pt, .* or latency=1x$/,
      fast: /^expected accuracy-drop=0.5pt/,
      'accuracy-drop=1': /^expected a drop of 0 to 100 points/,
      'accuracy-drop=-1pt': /^expected a drop/,
      'accuracy-drop=200%': /^expected a drop/,
      'size=2x': /^expected a share of the float file above 0 and up to 1/,
      'size=0x': /^expected a share of the float file/,
      'size=3 parsecs': /^expected a share of the float file/,
      'latency=2ms': /^expected a share of the time of float32/,
      'latency=0x': /^expected a share of the time/,
    };
    for (const [text, message] of Object.entries(bad)) {
      expect(() => goal(text)).toThrow(InvalidArgumentError);
      expect(() => goal(text)).toThrow(message);
    }
  });
});
