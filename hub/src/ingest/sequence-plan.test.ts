import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFrames } from './frame-plan.ts';
import { sequenceStep } from './sequence-plan.ts';

describe('sequenceStep', () => {
  const cases = [
    { first: 1, last: 1, storedUpTo: 0, kind: 'next' },
    { first: 3, last: 7, storedUpTo: 2, kind: 'next' },
    { first: 1, last: 2, storedUpTo: 2, kind: 'duplicate' },
    { first: 4, last: 4, storedUpTo: 2, kind: 'gap' },
    { first: 2, last: 4, storedUpTo: 2, kind: 'contradiction' },
    { first: 3, last: 2, storedUpTo: 2, kind: 'contradiction' },
    { first: 0, last: 0, storedUpTo: 0, kind: 'contradiction' },
  ] as const;
  for (const { first, last, storedUpTo, kind } of cases) {
    it(`is ${kind} for ${first} to ${last} after ${storedUpTo}`, () => {
      expect(sequenceStep({ firstSequence: first, lastSequence: last }, storedUpTo).kind).toBe(kind);
    });
  }
});

describe('planFrames', () => {
  it('keeps every item exactly once and in order, whatever is lost, repeated or comes early', () => {
    const seed = 20_260_102;
    const deliveries = fc.array(fc.nat(19), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(deliveries, (starts) => {
        const kept: number[] = [];
        let upTo = 0;
        // A device that sends up to five of its twenty items from anywhere, and at last everything.
        for (const start of [...starts, 0]) {
          const count = start === 0 ? 20 : 5;
          const items = Array.from({ length: count }, (_, i) => start + i + 1)
            .filter((sequence) => sequence <= 20)
            .map((sequence) => ({ firstSequence: sequence, lastSequence: sequence }));
          const frame = { bootId: 'b', items };
          const plan = planFrames([{ deviceId: 'd', receivedMs: 0, frame, faults: [] }], upTo);
          kept.push(...plan.keep.map(({ item }) => item.firstSequence));
          upTo = plan.upTo;
        }
        expect(kept).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      }),
      { seed },
    );
  });
});
