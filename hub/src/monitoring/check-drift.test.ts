import { describe, expect, test } from 'vitest';
import { checkDrift } from './check-drift.ts';
import { NUMBER_REFERENCE, numberWindow, REFERENCE, type Weather, weatherWindow } from './monitoring-fixture.ts';
import { populationStabilityIndex } from './psi.ts';

function check(...windows: readonly [deviceId: string, weather: Weather][]) {
  const stored = windows.map(([deviceId, weather], index) => weatherWindow(deviceId, index + 1, weather));
  return checkDrift({ model: 'm', version: 1, windows: stored, reference: REFERENCE, atMs: 7 });
}

describe('checkDrift', () => {
  test('finds nothing in readings like those the version was made from', () => {
    const found = check(['a', {}], ['b', {}], ['a', {}]);
    expect(found).toMatchObject({ level: 'none', windows: 3, readings: 300, deviceIds: [], atMs: 7 });
    expect(found.features.map((feature) => feature.level)).toEqual(['none', 'none']);
    expect(found.predictionPsi).toBeCloseTo(0, 6);
  });

  test('names the drifted feature first, with the index over the readings of all devices', () => {
    const found = check(['a', { shift: 10 }], ['b', { shift: 10 }]);
    expect(found.level).toBe('drift');
    expect(found.features.map((feature) => feature.name)).toEqual(['temperature', 'state']);
    const expected = populationStabilityIndex([1_000, 8_000, 1_000, 0], [0, 20, 180, 0]);
    expect(found.features[0]?.psi).toBeCloseTo(expected, 9);
  });

  test('names the devices that drift, not those that do not', () => {
    expect(check(['a', { shift: 10, readings: 400 }], ['b', { readings: 400 }])).toMatchObject({
      level: 'drift',
      deviceIds: ['a'],
    });
  });

  test('names every device when none shows alone what all show together', () => {
    const few: Weather = { shift: 1, missingShare: 0.3, readings: 4 };
    const devices = Array.from({ length: 60 }, (_, index): [string, Weather] => [`d${index}`, few]);
    const found = check(...devices);
    expect(found.level).toBe('drift');
    expect(found.deviceIds).toHaveLength(60);
  });

  test('takes missing values for drift when the reference has none', () => {
    const found = check(['a', { missingShare: 0.5, readings: 500 }]);
    expect(found).toMatchObject({ level: 'drift', features: [{ name: 'temperature' }, { name: 'state' }] });
  });

  test('gives accuracy from labels and, apart from it, from confidences', () => {
    const labelled = check(['a', { readings: 200 }]);
    expect(labelled.trueAccuracy).toBeCloseTo(0.9, 9);
    expect(labelled.estimatedAccuracy).toBeCloseTo(0.9, 6);
    expect(check(['a', { isLabelled: false }])).toMatchObject({ trueAccuracy: null });
  });

  const checkNumbers = (...states: string[]) => {
    const windows = [numberWindow('a', 500, states)];
    return checkDrift({ model: 'm', version: 1, windows, reference: NUMBER_REFERENCE, atMs: 7 });
  };

  test('knows no accuracy of a model that tells numbers, and finds nothing in its predictions', () => {
    expect(checkNumbers('idle', 'busy')).toMatchObject({
      ...{ level: 'none', trueAccuracy: null, estimatedAccuracy: null, predictionPsi: 0 },
    });
  });

  test('finds categories that shift, vanish or were never there', () => {
    for (const states of [
      ['busy'],
      ['busy', 'busy', 'busy', 'busy', 'idle'],
      ['idle', 'busy', 'broken'],
      ['idle', ''],
    ]) {
      const found = checkNumbers(...states);
      expect(found).toMatchObject({ level: 'drift', deviceIds: ['a'] });
      expect(found.features[0]).toMatchObject({ name: 'state', level: 'drift' });
    }
  });
});
