import { LONGEST_SAMPLE_TEXT } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { ManualTime } from '../test-rig/manual-time.ts';
import { mixedSignature } from '../test-rig/mixed-model.ts';
import { Sampler } from './sampler.ts';

function pick(values: Record<string, string | number | null>, omitFields: string[] = []) {
  const sampler = new Sampler(mixedSignature(), new ManualTime(), () => 0);
  sampler.use({ kind: 'all', share: 0, perHour: 10, omitFields });
  const prediction = {
    ...{ id: 'p', atMs: 1, slot: 'default', model: 'mixed', version: 1, predicted: 'high', outputs: {} },
    ...{ classIndex: 0, confidence: 0.9 },
  };
  return sampler.pick({ reading: { atMs: 1, fields: {} }, outcome: { prediction }, values, latencyMs: 1 })?.fields;
}

describe('a sample', () => {
  it('has numbers, times, categories and texts, and nothing of a window', () => {
    expect(pick({ heat: 1, load: null, at: 2e9, colour: 'red', note: 'hello', x: 1, y: 2 })).toEqual({
      ...{ heat: { number: 1 }, at: { number: 2e9 }, colour: { text: 'red' }, note: { text: 'hello' } },
    });
  });

  it('lacks the fields that must stay, and texts that are too long', () => {
    expect(pick({ heat: 1, note: 'secret' }, ['note'])).toEqual({ heat: { number: 1 } });
    expect(pick({ heat: 1, note: 'x'.repeat(LONGEST_SAMPLE_TEXT + 1) })).toEqual({ heat: { number: 1 } });
  });
});
