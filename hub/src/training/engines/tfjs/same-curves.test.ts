import { describe, expect, test } from 'vitest';
import { RecipeSchema } from '../../../store/recipe/recipe.ts';
import { ENGINE_CASES, type EngineCase } from '../../../testing/engine-cases.ts';
import { OrtEngine } from '../../../worker/ort/ort-engine.ts';
import { type TrainedModel, trainModel } from '../../train-model.ts';

/** Float32 sums are added up in other orders: 3e-7 was seen over 50 steps, and 1e-3 is promised. */
const TOLERANCE = 1e-5;
const STEPS = 50;
const ENGINE = new OrtEngine();

interface Curve {
  readonly losses: readonly number[];
  readonly trained: TrainedModel;
}

async function curveOf({ recipe, ...rows }: EngineCase, engine: 'ort' | 'tfjs'): Promise<Curve> {
  const losses: number[] = [];
  const trained = await trainModel({
    ...rows,
    recipe: RecipeSchema.parse({ ...recipe, engine, ...(engine === 'tfjs' ? { tfjsBackend: 'cpu' } : {}) }),
    seed: 5,
    engine: ENGINE,
    nowMs: () => performance.now(),
    onMetrics: ({ steps }) => losses.push(...steps.map(({ loss }) => loss)),
  });
  return { losses, trained };
}

describe('both engines have the same losses for', () => {
  test.each(Object.entries(ENGINE_CASES))('%s', async (_what, make) => {
    const [ort, tfjs] = [await curveOf(make(), 'ort'), await curveOf(make(), 'tfjs')];
    expect([ort.trained.engine, tfjs.trained.engine]).toEqual([ENGINE.name, 'tfjs 4.22.0 cpu']);
    expect(tfjs.losses.length).toBeGreaterThanOrEqual(STEPS);
    const differences = tfjs.losses.map((loss, step) => Math.abs(loss - (ort.losses[step] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
    for (const [at, { validationLoss, trainLoss }] of tfjs.trained.curve.entries()) {
      expect(Math.abs(validationLoss - ort.trained.curve[at]!.validationLoss)).toBeLessThan(TOLERANCE);
      expect(trainLoss).toBeLessThan(tfjs.trained.curve[0]!.trainLoss + TOLERANCE);
    }
    expect(tfjs.trained.bestEpoch).toBe(ort.trained.bestEpoch);
  });
});
