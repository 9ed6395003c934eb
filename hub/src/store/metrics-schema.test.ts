import { describe, expect, it } from 'vitest';
import { addVersion, hubRig } from '../testing/hub-rig.ts';
import { MetricsSchema } from './metrics-schema.ts';
import type { Metrics } from './model-store.ts';

/** As figures were kept before balanced accuracy was measured: 90 of 100 right, none of the ten rare ones. */
const OLD = {
  ...{ rows: 100, accuracy: 0.9, accuracyLow: 0.8, accuracyHigh: 0.95, macroF1: 0.47, logLoss: 0.3 },
  confusion: [
    [90, 0],
    [10, 0],
  ],
};

describe('figures from before balanced accuracy', () => {
  it('get it from their confusion matrix when a result is read', () => {
    expect(MetricsSchema.parse(OLD)).toEqual({ ...OLD, balancedAccuracy: 0.5 });
    expect(MetricsSchema.parse({ ...OLD, balancedAccuracy: 0.4 }).balancedAccuracy).toBe(0.4);
  });

  it('get it when a version is read', async () => {
    const rig = await hubRig();
    const version = await addVersion(rig);
    const evaluation = OLD as unknown as Metrics;
    const variants = version.variants.map((variant) => ({ ...variant, metrics: evaluation }));
    await rig.store.models.addVersion({ ...version, version: 2, evaluation, variants });
    const read = await rig.store.models.findVersion(version.model, 2);
    expect([read?.evaluation, read?.variants[0]?.metrics].map((metrics) => metrics?.balancedAccuracy)).toEqual([
      0.5, 0.5,
    ]);
  });
});
