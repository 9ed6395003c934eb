import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addExpectedOutcome, type ClassExpectation, calibratedConfidence } from '../index.ts';

const uncalibrated = { calibrationConfidence: [], calibrationAccuracy: [] };

function emptyRows(classCount: number): ClassExpectation[] {
  return Array.from({ length: classCount }, () => ({
    truePositive: 0,
    falsePositive: 0,
    trueNegative: 0,
    falseNegative: 0,
  }));
}

describe('calibratedConfidence', () => {
  const calibration = { calibrationConfidence: [0.5, 0.7, 1], calibrationAccuracy: [0.4, 0.6, 0.9] };

  test('is linear between the points and flat outside them', () => {
    const calibrated = [0, 0.5, 0.6, 0.7, 0.85, 1].map((confidence) => calibratedConfidence(calibration, confidence));
    const expected = [0.4, 0.4, 0.5, 0.6, 0.75, 0.9];
    for (const [index, value] of calibrated.entries()) expect(value).toBeCloseTo(expected[index]!, 12);
  });

  test('is the confidence itself without points, and constant with one', () => {
    expect(calibratedConfidence(uncalibrated, 0.3)).toBe(0.3);
    const one = { calibrationConfidence: [0.5], calibrationAccuracy: [0.8] };
    expect([0, 0.5, 1].map((confidence) => calibratedConfidence(one, confidence))).toEqual([0.8, 0.8, 0.8]);
  });
});

describe('addExpectedOutcome', () => {
  test('divides the doubt among the other classes by their probabilities', () => {
    const rows = emptyRows(3);
    const calibration = { calibrationConfidence: [0, 1], calibrationAccuracy: [0, 0.8] };
    addExpectedOutcome(rows, { classIndex: 0, confidence: 0.5, probabilities: [0.5, 0.375, 0.125] }, calibration);
    // By hand: right 0.4; of the other 0.6, three quarters to class 1 and one quarter to class 2.
    const [first, second, third] = rows;
    expect(first!.truePositive).toBeCloseTo(0.4, 12);
    expect(first!.falsePositive).toBeCloseTo(0.6, 12);
    expect(second!.falseNegative).toBeCloseTo(0.45, 12);
    expect(third!.falseNegative).toBeCloseTo(0.15, 12);
  });

  test('divides it evenly where nothing says more', () => {
    for (const probabilities of [undefined, [1, 0, 0], [Number.NaN, Number.NaN, Number.NaN]]) {
      const rows = emptyRows(3);
      addExpectedOutcome(rows, { classIndex: 0, confidence: 0.9, probabilities }, uncalibrated);
      expect(rows.map((row) => row.falseNegative)).toEqual([0, expect.closeTo(0.05, 12), expect.closeTo(0.05, 12)]);
    }
  });

  test('adds exactly one reading to every class, and true classes add up to one', () => {
    const prediction = fc.record({
      classIndex: fc.nat(4),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      probabilities: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
    });
    fc.assert(
      fc.property(prediction, (given) => {
        const rows = emptyRows(5);
        addExpectedOutcome(rows, given, uncalibrated);
        for (const row of rows) {
          const cells = Object.values(row);
          expect(Math.min(...cells)).toBeGreaterThanOrEqual(0);
          expect(cells.reduce((sum, cell) => sum + cell, 0)).toBeCloseTo(1, 12);
        }
        expect(rows.reduce((sum, row) => sum + row.truePositive + row.falseNegative, 0)).toBeCloseTo(1, 12);
      }),
    );
  });
});
