import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkWindow,
  mergeWindows,
  type PredictionOutcome,
  type ReadingValues,
  type Reference,
  TelemetryWindow,
  VIOLATION_KINDS,
  type Violation,
  WindowBuilder,
} from '../index.ts';

interface Event {
  readonly values: ReadingValues;
  readonly outcome: PredictionOutcome;
  readonly error: string;
  readonly violations: readonly Violation[];
}

const classes = ['a', 'b', 'c'];
const summary = { bins: [], missing: 0, min: 0, max: 0, mean: 0, m2: 0 };
const reference: Reference = {
  features: [
    { name: 'x', kind: 'number', edges: [-8, -1, 0, 2.5, 9], levels: [], ...summary },
    { name: 'y', kind: 'number', edges: [], levels: [], ...summary },
    { name: 'c', kind: 'category', edges: [], levels: ['red', 'blue'], ...summary },
  ],
  predictedClasses: [1, 1, 1],
  confidenceBins: [1, 1, 1, 1],
  accuracy: 0.9,
  calibrationConfidence: [0.4, 0.8, 1],
  calibrationAccuracy: [0.3, 0.85, 0.97],
};

// Squares of smaller numbers leave the range in which a double keeps its digits.
const number = fc.option(fc.double({ min: -16, max: 16, noNaN: true }).map((x) => (Math.abs(x) < 1e-100 ? 0 : x)));
const event: fc.Arbitrary<Event> = fc.record({
  values: fc.record({ x: number, y: number, c: fc.option(fc.constantFrom('red', 'blue', 'green')) }),
  outcome: fc.record({
    classIndex: fc.nat(2),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    probabilities: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    latencyMs: fc.double({ min: 0, max: 1000, noNaN: true }),
    labelIndex: fc.option(fc.nat(2), { nil: undefined }),
  }),
  error: fc.constantFrom('', 'SOURCE_FAILED', 'INPUT_INVALID'),
  violations: fc.array(
    fc.record({ feature: fc.constantFrom('x', 'y', 'c', 'ä"'), kind: fc.constantFrom(...VIOLATION_KINDS) }),
    { maxLength: 3 },
  ),
});

function windowOf(events: readonly Event[], sequence = 1): TelemetryWindow {
  const builder = new WindowBuilder({
    ...{ slot: 'default', model: 'm', version: 1, releaseDigest: new Uint8Array(32) },
    ...{ reference, classes },
  });
  for (const { values, outcome, error, violations } of events) {
    builder.addReading(values);
    builder.addPrediction(outcome);
    if (error !== '') builder.addError(error);
    for (const violation of violations) builder.addViolation(violation);
  }
  const health = { rssBytesMax: events.length, cpuSeconds: 0.25 };
  return { firstSequence: sequence, lastSequence: sequence, ...builder.close(sequence, sequence + 1, health) };
}

/** Merges two random neighbours at a time until one is left: any tree, any order. */
function mergeAll(windows: readonly TelemetryWindow[], picks: readonly number[]): TelemetryWindow {
  const rest = [...windows];
  for (let step = 0; rest.length > 1; step++) {
    const pick = (picks[step % picks.length] ?? 0) % rest.length;
    const [taken] = rest.splice(pick, 1);
    const other = pick % rest.length;
    rest[other] = mergeWindows(taken!, rest[other]!);
  }
  return rest[0]!;
}

/** Everything that must be equal to the last bit. */
function countsOf(window: TelemetryWindow): object {
  return {
    ...window,
    features: window.features.map(({ mean: _mean, m2: _m2, ...counts }) => counts),
    expectations: [],
    latency: { ...window.latency, sumMs: 0 },
    health: { ...window.health, rssBytesMax: 0, cpuSeconds: 0 },
    ...{ firstSequence: 0, lastSequence: 0, startMs: 0, endMs: 0 },
  };
}

function expectSameMoments(got: TelemetryWindow, expected: TelemetryWindow): void {
  for (const [index, feature] of expected.features.entries()) {
    const { mean, m2 } = got.features[index]!;
    expect(Math.abs(mean - feature.mean)).toBeLessThanOrEqual(
      1e-12 * Math.max(Math.abs(feature.min), Math.abs(feature.max)),
    );
    // 12 digits hold up to mean / standard deviation = 1,000; beyond, rounding of the mean itself shows.
    const spread = Math.max(feature.m2, feature.count * (feature.mean / 1000) ** 2);
    expect(Math.abs(m2 - feature.m2)).toBeLessThanOrEqual(1e-12 * spread);
  }
}

describe('merging', () => {
  test('any split, in any order, gives the counts and moments of the whole', () => {
    const tagged = fc.array(fc.tuple(event, fc.nat(5)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(tagged, fc.array(fc.nat(), { minLength: 1 }), (events, picks) => {
        const parts = [0, 1, 2, 3, 4, 5].map((part) => events.filter(([, tag]) => tag === part).map(([one]) => one));
        const windows = parts.map((part, index) => windowOf(part, index));
        const merged = mergeAll(windows, picks);
        const whole = windowOf(events.map(([one]) => one));
        expect(countsOf(merged)).toEqual(countsOf(whole));
        expectSameMoments(merged, whole);
        for (const [index, row] of whole.expectations.entries()) {
          for (const [cell, value] of Object.entries(row)) {
            expect(merged.expectations[index]![cell as keyof typeof row]).toBeCloseTo(value, 12);
          }
        }
        expect(checkWindow(merged, reference)).toEqual([]);
        expect(merged).toMatchObject({ firstSequence: 0, lastSequence: 5, startMs: 0, endMs: 6 });
      }),
      { numRuns: 200 },
    );
  });

  test('gives the same bits in either order', () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (a, b) => {
        const [left, right] = [windowOf(a, 1), windowOf(b, 2)];
        expect(TelemetryWindow.encode(mergeWindows(left, right))).toEqual(
          TelemetryWindow.encode(mergeWindows(right, left)),
        );
      }),
    );
  });

  test('keeps 12 digits over 20,000 readings in 200 windows', () => {
    const events = Array.from({ length: 20_000 }, (_, index): Event => {
      const x = 50 + 10 * Math.sin(index * 12.9898) + Math.cos(index * 78.233);
      return { values: { x, y: x * x, c: 'red' }, outcome: { classIndex: 0, latencyMs: 1 }, error: '', violations: [] };
    });
    const windows = Array.from({ length: 200 }, (_, part) =>
      windowOf(events.filter((_, index) => index % 200 === part)),
    );
    const merged = mergeAll(windows, [7, 3, 11]);
    const whole = windowOf(events);
    for (const [index, { mean, m2 }] of whole.features.entries()) {
      expect(Math.abs(merged.features[index]!.mean - mean)).toBeLessThanOrEqual(1e-12 * Math.abs(mean));
      expect(Math.abs(merged.features[index]!.m2 - m2)).toBeLessThanOrEqual(1e-12 * m2);
    }
  });

  test('leaves its arguments as they were', () => {
    const sample = fc.sample(fc.array(event, { minLength: 5, maxLength: 5 }), { numRuns: 1, seed: 7 })[0]!;
    const [a, b] = [windowOf(sample.slice(0, 2)), windowOf(sample.slice(2))];
    const before = structuredClone([a, b]);
    const merged = mergeWindows(a, b);
    merged.features[0]!.bins[0] = 99;
    expect([a, b]).toEqual(before);
  });

  test('sums CPU time, keeps the largest memory and what only one side has', () => {
    const { health: _, latency: __, ...bare } = windowOf([]);
    const a = { ...bare, health: { rssBytesMax: 5, cpuSeconds: 1 } };
    expect(mergeWindows(a, { ...bare, health: { rssBytesMax: 9, cpuSeconds: 2 } }).health).toEqual({
      rssBytesMax: 9,
      cpuSeconds: 3,
    });
    expect(mergeWindows(bare, a).health).toEqual(a.health);
    expect(mergeWindows(bare, bare).health).toBeUndefined();
  });

  test('keeps a slot both share and no other', () => {
    const window = windowOf([]);
    expect(mergeWindows(window, window).slot).toBe('default');
    expect(mergeWindows(window, { ...window, slot: 'other' }).slot).toBe('');
  });
});

describe('windows that do not belong together', () => {
  const window = windowOf([]);
  const others: [string, Partial<TelemetryWindow>][] = [
    ['model', { model: 'other' }],
    ['version', { version: 2 }],
    ['releaseDigest', { releaseDigest: new Uint8Array(32).fill(1) }],
    ['features', { features: window.features.slice(1) }],
    [
      'features[0].bins',
      { features: window.features.map((one, index) => (index === 0 ? { ...one, bins: [0] } : one)) },
    ],
    ['predictedClasses', { predictedClasses: [0] }],
    ['confidenceBins', { confidenceBins: [0] }],
    ['expectations', { expectations: [] }],
  ];
  for (const [field, change] of others) {
    test(`are refused when they differ in ${field}`, () => {
      const act = () => mergeWindows(window, { ...window, ...change });
      expect(act).toThrow(expect.objectContaining({ code: 'WINDOWS_NOT_MERGEABLE' }));
      expect(act).toThrow(`windows differ in ${field}`);
    });
  }
});
