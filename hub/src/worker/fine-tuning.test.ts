import { brotliCompressSync, constants } from 'node:zlib';
import {
  decodeTensor,
  fakeQuantize,
  type Model,
  maskWeights,
  prepareForQuantization,
  pruneChannels,
  pruneWeights,
  staticQuantize,
  type ValueRange,
  withoutFakeQuantize,
  withoutMasks,
  writeModel,
} from '@edgeloop/onnx';
import { beforeAll, describe, expect, test } from 'vitest';
import { measure } from '../evaluation/metrics.ts';
import { predictRows } from '../predict-rows.ts';
import { calibrate } from '../quantization/calibration/calibrate.ts';
import { rowSource } from '../quantization/feed-source.ts';
import type { FineTune } from '../quantization/ladder/fine-tune.ts';
import type { ClassMetrics } from '../store/metrics/metrics.ts';
import type { ModelRows } from '../store/model-rows.ts';
import { pickRows, spreadRows } from '../store/pick-rows.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import { digits } from '../testing/digits.ts';
import { trainModel } from '../training/train-model.ts';
import { fineTuning } from './fine-tuning.ts';
import { OrtEngine } from './ort/ort-engine.ts';

const ENGINE = new OrtEngine();
const SEED = 1;
const nowMs = () => performance.now();
const { signal } = new AbortController();
const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

let base: Model;
let held: ModelRows;
let fineTune: FineTune;
let ranges: ReadonlyMap<string, ValueRange>;

function between(rows: ModelRows, from: number, to: number): ModelRows {
  return pickRows(
    rows,
    Array.from({ length: to - from }, (_, at) => from + at),
  );
}

/** Two hidden layers of 256 units that know handwritten digits. */
beforeAll(async () => {
  const all = digits(8_600);
  const [train, validation] = [between(all, 0, 5_000), between(all, 5_000, 6_000)];
  held = between(all, 6_000, 8_600);
  const recipe = RecipeSchema.parse({ family: 'mlp', hidden: [256, 256], epochs: 8 });
  const { model } = await trainModel({ recipe, seed: SEED, train, validation, engine: ENGINE, nowMs });
  base = prepareForQuantization(model);
  const context = { engine: ENGINE, nowMs, signal };
  fineTune = fineTuning({ recipe, seed: SEED, rows: { train, validation }, context });
  const calibration = await calibrate(base, rowSource(spreadRows(train, 500)), ENGINE, { methods: ['min-max'] });
  ranges = calibration.ranges.get('min-max')!;
}, 60_000);

async function accuracyOf(model: Model): Promise<number> {
  const runner = await ENGINE.open(writeModel(model));
  const predictions = await predictRows(runner, held, 'classification');
  await runner.close();
  return (measure(predictions, held.target) as ClassMetrics).accuracy;
}

describe('training forms of a model that knows digits', () => {
  test('makes up for what rounding alone loses', async () => {
    // Ranges that cut off most of what there is, as those of an outlier-shy calibration might.
    const harsh = new Map([...ranges].map(([name, { min, max }]) => [name, { min: 0.2 * min, max: 0.2 * max }]));
    const float = await accuracyOf(base);
    const rounded = await accuracyOf(staticQuantize(base, harsh));
    expect(float - rounded).toBeGreaterThan(0.01);
    const tuned = await fineTune({ model: fakeQuantize(base, harsh), reason: 'quantization-aware', epochs: 3 });
    const aware = await accuracyOf(staticQuantize(withoutFakeQuantize(tuned, base), harsh));
    expect(float - aware).toBeLessThan(0.005);
    // What was trained is what is shipped.
    expect(Math.abs(aware - (await accuracyOf(tuned)))).toBeLessThan(0.002);
  });

  test('keeps the accuracy with half of the units, which take less than half of the file', async () => {
    const { model: pruned, layers } = pruneChannels(base, { share: 0.5 });
    expect(layers.map(({ before, after }) => [before, after])).toEqual([
      [256, 128],
      [256, 128],
    ]);
    const [float, cut] = [await accuracyOf(base), await accuracyOf(pruned)];
    expect(float - cut).toBeGreaterThan(0.01);
    const tuned = await fineTune({ model: pruned, reason: 'pruning', epochs: 5 });
    expect(float - (await accuracyOf(tuned))).toBeLessThan(0.01);
    // 784 x 128 + 128 x 128 + 128 x 10 weights instead of 784 x 256 + 256 x 256 + 256 x 10: 0.44.
    expect(writeModel(tuned).length / writeModel(base).length).toBeLessThan(0.46);
  });

  test('keeps the accuracy with half of the weights, whose zeros take little room in a compressed file', async () => {
    const { model: pruned, masks } = pruneWeights(base, { sparsity: 0.5 });
    const tuned = withoutMasks(await fineTune({ model: maskWeights(pruned, masks), reason: 'pruning', epochs: 2 }));
    expect((await accuracyOf(base)) - (await accuracyOf(tuned))).toBeLessThan(0.01);
    for (const [name, mask] of masks) {
      const weights = decodeTensor(tuned.graph.initializer.find((proto) => proto.name === name)!).data as Float32Array;
      expect(weights.every((weight, at) => mask[at] === 1 || weight === 0)).toBe(true);
    }
    const compressed = (model: Model) => brotliCompressSync(writeModel(model), QUICK).length;
    expect(compressed(tuned) / compressed(base)).toBeLessThan(0.6);
    const integer = (model: Model) => compressed(staticQuantize(model, ranges));
    expect(integer(tuned) / integer(base)).toBeLessThan(0.7);
  });
});
