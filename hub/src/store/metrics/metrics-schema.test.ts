import { describe, expect, it, test } from 'vitest';
import { cannedClassMetrics, cannedNumberMetrics } from '../../testing/canned-metrics.ts';
import { addVersion, hubRig } from '../../testing/hub-rig.ts';
import type { ClassMetrics } from './metrics.ts';
import { MetricsSchema } from './metrics-schema.ts';

/** As figures were kept before balanced accuracy was measured: 90 of 100 right, none of the ten rare ones. */
const OLD = {
  ...{ rows: 100, accuracy: 0.9, accuracyLow: 0.8, accuracyHigh: 0.95, macroF1: 0.47, logLoss: 0.3 },
  confusion: [
    [90, 0],
    [10, 0],
  ],
};

/** What the confusion matrix alone tells. */
const ADDED = {
  ...{ task: 'classification', balancedAccuracy: 0.5, rocAuc: null, rocAucLow: null, rocAucHigh: null },
  perClass: [
    { rows: 90, precision: 0.9, recall: 1, f1: 180 / 190 },
    { rows: 10, precision: 0, recall: 0, f1: 0 },
  ],
};

describe('figures of older hubs', () => {
  it('get what their confusion matrix tells when a result is read', () => {
    expect(MetricsSchema.parse(OLD)).toEqual({ ...OLD, ...ADDED });
    expect(MetricsSchema.parse({ ...OLD, balancedAccuracy: 0.4 })).toEqual({ ...OLD, ...ADDED, balancedAccuracy: 0.4 });
  });

  it('get it when a version is read', async () => {
    const rig = await hubRig();
    const version = await addVersion(rig);
    const evaluation = OLD as unknown as ClassMetrics;
    const variants = version.variants.map((variant) => ({ ...variant, metrics: evaluation }));
    await rig.store.models.addVersion({ ...version, version: 2, evaluation, variants });
    const read = await rig.store.models.findVersion(version.model, 2);
    expect(read?.evaluation).toEqual({ ...OLD, ...ADDED });
    expect(read?.origin === 'run' && read.variants[0]?.metrics).toEqual({ ...OLD, ...ADDED });
  });
});

test('figures pass as they are when they are complete', () => {
  for (const metrics of [cannedClassMetrics(90, 100, { task: 'anomaly' }), cannedNumberMetrics()]) {
    expect(MetricsSchema.parse(metrics)).toEqual(metrics);
  }
});
