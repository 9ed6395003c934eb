import { describe, expect, test } from 'vitest';
import {
  checkWindow,
  quantileEdges,
  type Reference,
  TelemetryWindow,
  WindowBuilder,
  type WindowSubject,
} from '../index.ts';

const reference: Reference = {
  features: [feature('temperature', 'number', [0, 10], []), feature('colour', 'category', [], ['red', 'blue'])],
  predictedClasses: [5, 5],
  confidenceBins: [0, 0, 1, 9],
  accuracy: 0.9,
  calibrationConfidence: [],
  calibrationAccuracy: [],
};

const subject: WindowSubject = {
  slot: 'default',
  model: 'paint',
  version: 3,
  releaseDigest: new Uint8Array(32).fill(7),
  reference,
  classes: ['good', 'bad'],
};

function feature(name: string, kind: string, edges: number[], levels: string[]): Reference['features'][number] {
  return { name, kind, edges, levels, bins: [], missing: 0, min: 0, max: 0, mean: 0, m2: 0 };
}

describe('readings', () => {
  test('are counted per bin, with moments for numbers only', () => {
    const builder = new WindowBuilder(subject);
    builder.addReading({ temperature: -4, colour: 'red' });
    builder.addReading({ temperature: 6, colour: 'green' });
    builder.addReading({ temperature: 10, colour: 'blue' });
    const { readings, features } = builder.close(0, 1);
    expect(readings).toBe(3);
    expect(features[0]).toEqual({ bins: [1, 1, 1], missing: 0, count: 3, min: -4, max: 10, mean: 4, m2: 104 });
    expect(features[1]).toEqual({ bins: [1, 1, 1], missing: 0, count: 3, min: 0, max: 0, mean: 0, m2: 0 });
  });

  test('with a value a feature cannot have count as missing there', () => {
    const builder = new WindowBuilder(subject);
    for (const temperature of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, '7']) {
      builder.addReading({ temperature, colour: null });
    }
    builder.addReading({});
    expect(builder.close(0, 1).features.map(({ missing, count }) => ({ missing, count }))).toEqual([
      { missing: 6, count: 0 },
      { missing: 6, count: 0 },
    ]);
  });

  test('do not take the properties every object has for features', () => {
    const features = [feature('constructor', 'category', [], ['a'])];
    const builder = new WindowBuilder({ ...subject, reference: { ...reference, features } });
    builder.addReading({});
    expect(builder.close(0, 1).features[0]).toMatchObject({ missing: 1 });
  });
});

describe('predictions', () => {
  test('are counted by class, confidence and expected outcome', () => {
    const builder = new WindowBuilder(subject);
    builder.addPrediction({ classIndex: 0, confidence: 0.75, probabilities: [0.75, 0.25], latencyMs: 2 });
    builder.addPrediction({ classIndex: 1, confidence: 1, probabilities: [0, 1], latencyMs: 3 });
    const window = builder.close(0, 1);
    expect(window).toMatchObject({ predictions: 2, predictedClasses: [1, 1], confidenceBins: [0, 0, 0, 2] });
    expect(window.expectations).toEqual([
      { truePositive: 0.75, falsePositive: 0.25, trueNegative: 1, falseNegative: 0 },
      { truePositive: 1, falsePositive: 0, trueNegative: 0.75, falseNegative: 0.25 },
    ]);
    expect(window.latency).toMatchObject({ minMs: 2, maxMs: 3, sumMs: 5 });
  });

  test('with a known class count as right or wrong', () => {
    const builder = new WindowBuilder(subject);
    for (const labelIndex of [0, 1, -1, undefined]) {
      builder.addPrediction({ classIndex: 0, confidence: 1, latencyMs: 1, labelIndex });
    }
    expect(builder.close(0, 1)).toMatchObject({ predictions: 4, labelled: 3, correct: 1 });
  });

  test('with a confidence that is none count as not confident at all', () => {
    const builder = new WindowBuilder(subject);
    for (const confidence of [Number.NaN, -1, 2]) builder.addPrediction({ classIndex: 0, confidence, latencyMs: 1 });
    const window = builder.close(0, 1);
    expect(window.confidenceBins).toEqual([2, 0, 0, 1]);
    expect(window.expectations[0]).toMatchObject({ truePositive: 1, falsePositive: 2 });
  });

  test('of a model that does not classify have a latency only', () => {
    const builder = new WindowBuilder({ ...subject, classes: [], reference: { ...reference, predictedClasses: [] } });
    builder.addPrediction({ latencyMs: 4 });
    expect(builder.close(0, 1)).toMatchObject({ predictions: 1, predictedClasses: [], expectations: [] });
  });

  test('of a class the model does not have, or with a time that is none, are refused and not counted', () => {
    const builder = new WindowBuilder(subject);
    const invalid = expect.objectContaining({ code: 'INVALID_INPUT' });
    for (const classIndex of [-1, 2, 0.5]) {
      expect(() => builder.addPrediction({ classIndex, confidence: 1, latencyMs: 1 })).toThrow(invalid);
    }
    expect(() => builder.addPrediction({ classIndex: 0, confidence: 1, latencyMs: Number.NaN })).toThrow(invalid);
    expect(builder.isEmpty).toBe(true);
  });
});

describe('a window', () => {
  test('carries its subject, its time, its errors by code and the health given', () => {
    const builder = new WindowBuilder(subject);
    for (const code of ['SOURCE_FAILED', 'INPUT_INVALID', 'SOURCE_FAILED']) builder.addError(code);
    const health = { rssBytesMax: 5, cpuSeconds: 0.5 };
    const window = builder.close(1000, 2000, health);
    const { slot, model, version, releaseDigest } = subject;
    expect(window).toMatchObject({ slot, model, version, releaseDigest, startMs: 1000, endMs: 2000, health });
    expect(window.errors).toEqual([
      { code: 'INPUT_INVALID', count: 1 },
      { code: 'SOURCE_FAILED', count: 2 },
    ]);
  });

  test('begins afresh after the last was closed', () => {
    const builder = new WindowBuilder(subject);
    const empty = builder.close(0, 1);
    builder.addReading({ temperature: 1, colour: 'red' });
    builder.addPrediction({ classIndex: 0, confidence: 1, latencyMs: 1 });
    builder.addError('SOURCE_FAILED');
    expect(builder.isEmpty).toBe(false);
    const full = builder.close(0, 1);
    expect(builder.isEmpty).toBe(true);
    expect(builder.close(0, 1)).toEqual(empty);
    expect(full.readings).toBe(1);
  });

  test('of ten features with twenty bins takes at most 4096 bytes', () => {
    const random = lcg(1);
    const names = Array.from({ length: 10 }, (_, index) => `f${index}`);
    const edges = quantileEdges(Array.from({ length: 2000 }, random), 20);
    const wide: Reference = {
      ...reference,
      features: names.map((name) => feature(name, 'number', edges, [])),
      predictedClasses: new Array(10).fill(1),
      confidenceBins: new Array(20).fill(1),
    };
    const classes = names;
    const builder = new WindowBuilder({ ...subject, reference: wide, classes });
    for (let count = 0; count < 100_000; count++) {
      builder.addReading(Object.fromEntries(names.map((name) => [name, random()])));
      // From 0.05 to 500 ms: far more spread than one model on one device shows.
      const latencyMs = 0.05 * 10_000 ** random();
      builder.addPrediction({ classIndex: count % 10, confidence: random(), latencyMs });
    }
    const window = { ...builder.close(1_700_000_000_000, 1_700_000_060_000), firstSequence: 1e6, lastSequence: 1e6 };
    expect(edges).toHaveLength(19);
    expect(checkWindow(window, wide)).toEqual([]);
    expect(TelemetryWindow.encode(window).length).toBeLessThanOrEqual(4096);
  });
});

test('a reference that contradicts itself is refused', () => {
  const bad: Partial<Reference>[] = [
    { predictedClasses: [1] },
    { calibrationConfidence: [0.5] },
    { calibrationConfidence: [0.5, 0.5], calibrationAccuracy: [0.1, 0.2] },
    { calibrationConfidence: [0.5], calibrationAccuracy: [1.5] },
    { features: [feature('a', 'number', [1, 1], [])] },
    { features: [feature('a', 'number', [Number.NaN], [])] },
    { features: [feature('a', 'colour', [], [])] },
    { features: [feature('a', 'category', [], ['x', 'x'])] },
    { features: [feature('a', 'number', [], []), feature('a', 'number', [], [])] },
    { features: [{ ...feature('a', 'number', [0], []), bins: [1] }] },
  ];
  for (const change of bad) {
    expect(() => new WindowBuilder({ ...subject, reference: { ...reference, ...change } })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  }
});

/** Numbers from 0 to 1 that look random and are always the same (Numerical Recipes). */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('violations', () => {
  test('are counted by feature and kind, and begin afresh with each window', () => {
    const builder = new WindowBuilder(subject);
    expect(builder.isEmpty).toBe(true);
    builder.addViolation({ feature: 'temperature', kind: 'range' });
    builder.addViolation({ feature: 'colour', kind: 'level' });
    builder.addViolation({ feature: 'temperature', kind: 'type' });
    builder.addViolation({ feature: 'temperature', kind: 'range' });
    expect(builder.isEmpty).toBe(false);
    const window = builder.close(0, 1);
    expect(window.violations).toEqual([
      { feature: 'colour', kind: 'level', count: 1 },
      { feature: 'temperature', kind: 'range', count: 2 },
      { feature: 'temperature', kind: 'type', count: 1 },
    ]);
    expect(builder.close(1, 2).violations).toEqual([]);
  });
});
