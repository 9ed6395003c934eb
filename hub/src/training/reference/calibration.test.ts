import { calibratedConfidence } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../seeded-random.ts';
import { calibrate } from './calibration.ts';

/** Predictions of evenly spread confidence that are right with the probability `truth` gives. */
function predictions(rows: number, truth: (confidence: number) => number): [Float32Array, boolean[]] {
  const random = new SeededRandom(5);
  const confidences = Float32Array.from({ length: rows }, (_, row) => row / rows);
  return [confidences, Array.from(confidences, (confidence) => random.next() < truth(confidence))];
}

function calibrated(map: ReturnType<typeof calibrate>, confidence: number): number {
  const reference = { calibrationConfidence: [...map.confidence], calibrationAccuracy: [...map.accuracy] };
  return calibratedConfidence(reference, confidence);
}

describe('calibration', () => {
  test('finds out that a model is too sure of itself', () => {
    const map = calibrate(...predictions(50_000, (confidence) => confidence ** 2));
    // Linear between ranges a tenth wide: the parabola lies within 0.02.
    for (const confidence of [0.3, 0.5, 0.7, 0.9]) {
      expect(Math.abs(calibrated(map, confidence) - confidence ** 2)).toBeLessThan(0.02);
    }
  });

  test('is monotone even where the rows are not', () => {
    const map = calibrate(...predictions(2_000, (confidence) => 1 - confidence));
    const accuracy = [...map.accuracy];
    expect(accuracy).toEqual([...accuracy].sort((a, b) => a - b));
    const confidence = [...map.confidence];
    expect(new Set(confidence).size).toBe(confidence.length);
    expect(confidence).toEqual([...confidence].sort((a, b) => a - b));
  });

  test("keeps the model's own word where no held-out row was so unsure", () => {
    const sure = new Float32Array(1_000).fill(0.9995);
    const map = calibrate(
      sure,
      Array.from(sure, () => true),
    );
    for (const confidence of [0.3, 0.55, 0.75]) expect(calibrated(map, confidence)).toBeCloseTo(confidence, 2);
    expect(calibrated(map, 0.9995)).toBeGreaterThan(0.999);
  });
});
