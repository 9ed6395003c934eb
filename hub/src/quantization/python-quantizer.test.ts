import { writeModel } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { measure } from '../evaluation/metrics.ts';
import type { Tensors } from '../graph-engine.ts';
import { predictRows } from '../predict-rows.ts';
import { quality } from '../store/metrics/metrics.ts';
import type { ModelRows } from '../store/model-rows.ts';
import { pickRows, spreadRows } from '../store/pick-rows.ts';
import { type RecipeInput, RecipeSchema } from '../store/recipe/recipe.ts';
import { digits } from '../testing/digits.ts';
import { hasPythonQuantizer, pythonForms } from '../testing/python-quantizer.ts';
import { trainModel } from '../training/train-model.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { rowSource } from './feed-source.ts';
import { climbLadder } from './ladder/climb-ladder.ts';
import { decibels, noiseShare } from './sensitivity/signal-noise.ts';
import { labelled } from './yardstick/labelled.ts';

const ENGINE = new OrtEngine();
const nowMs = () => performance.now();
/** However slow: what is compared here is what is lost. */
const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 100 };
/** Four of the 3,600 rows lie so close between two digits that the last bit of a probability decides. */
const CHANCE = 0.0012;

const isHere = hasPythonQuantizer();

const RECIPES: readonly RecipeInput[] = [
  { family: 'mlp', hidden: [256, 128], epochs: 6 },
  { family: 'cnn', image: { height: 28, width: 28 }, filters: [16, 32], hidden: [64], epochs: 5 },
];

function between(rows: ModelRows, from: number, to: number): ModelRows {
  const places = Array.from({ length: to - from }, (_, at) => from + at);
  return pickRows(rows, places);
}

const all = digits(8_600);
const [train, validation, held] = [between(all, 0, 4_500), between(all, 4_500, 5_000), between(all, 5_000, 8_600)];

interface Answers {
  readonly accuracy: number;
  readonly outputs: readonly Tensors[];
}

async function answersOf(model: Uint8Array): Promise<Answers> {
  const runner = await ENGINE.open(model);
  const accuracy = quality(measure(await predictRows(runner, held, 'classification'), held.target));
  const outputs = [await runner.run(rowSource(held).feeds(0, held.rows))];
  await runner.close();
  return { accuracy, outputs };
}

for (const recipe of RECIPES) {
  test(`the first static form of family ${recipe.family} loses no more than what ONNX Runtime's own quantizer makes with the same rows`, async (context) => {
    if (!isHere) context.skip('no Python interpreter here can import onnxruntime.quantization');
    const trained = await trainModel({
      ...{ recipe: RecipeSchema.parse(recipe), seed: 1, train, validation, engine: ENGINE, nowMs },
    });
    const floatModel = writeModel(trained.model);
    const calibration = spreadRows(train, 512);
    const peers = pythonForms(floatModel, rowSource(calibration));
    const { forms } = await climbLadder({
      ...{ floatModel, calibration: rowSource(calibration), profiles: [], goals: GOALS, engine: ENGINE, nowMs },
      yardstick: labelled({ rows: held, task: 'classification', measure }),
    });
    const [own] = forms;
    expect(own).toMatchObject({ name: 'int8-static', accepted: true });
    const float = await answersOf(floatModel);
    expect(float.accuracy).toBeGreaterThan(0.9);
    const lossOf = async (model: Uint8Array) => {
      const { accuracy, outputs } = await answersOf(model);
      return { drop: float.accuracy - accuracy, noise: noiseShare(float.outputs, outputs), bytes: model.length };
    };
    const ours = await lossOf(own!.model);
    const told = ({ drop, noise, bytes }: Awaited<ReturnType<typeof lossOf>>) =>
      `${(100 * drop).toFixed(2)} points, ${decibels(noise).toFixed(1)} dB, ${bytes} bytes`;
    process.stdout.write(`${recipe.family}, accuracy ${float.accuracy}: loses ${told(ours)}\n`);
    for (const [setting, model] of peers!) {
      const theirs = await lossOf(model);
      process.stdout.write(`${recipe.family}, onnxruntime.quantization, ${setting}: loses ${told(theirs)}\n`);
      expect(ours.drop).toBeLessThanOrEqual(theirs.drop + CHANCE);
      // Every probability counts here, not only those of the rows on the edge.
      expect(ours.noise).toBeLessThanOrEqual(theirs.noise);
      expect(ours.bytes).toBeLessThanOrEqual(1.02 * theirs.bytes);
    }
  }, 60_000);
}
