import { applyState, type Tensor, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../../../errors.ts';
import type { RecipeInput } from '../../../store/recipe/recipe.ts';
import { RecipeSchema } from '../../../store/recipe/recipe.ts';
import { CheckpointShelf } from '../../../testing/checkpoint-shelf.ts';
import { ENGINE_CASES, type EngineCase } from '../../../testing/engine-cases.ts';
import { OrtEngine } from '../../../worker/ort/ort-engine.ts';
import type { LayersFile } from '../../layers/layers-file.ts';
import { makeNetwork } from '../../network/make-network.ts';
import { NETWORK_VALUES, type Network } from '../../network/network.ts';
import { Batches } from '../../rows/batches.ts';
import { trainingRows } from '../../rows/training-rows.ts';
import { SeededRandom } from '../../seeded-random.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { type TrainedModel, type TrainModelInput, trainModel } from '../../train-model.ts';
import { objectiveOf } from '../../trainer/objective.ts';
import { reachedValues } from '../../trainer/slot-values.ts';
import { trainingPlan } from '../../trainer/training-plan.ts';
import { trainingEngine } from '../training-engine.ts';
import { LayersStep } from './layers-step.ts';
import { PartTensors } from './part-tensors.ts';

const ENGINE = new OrtEngine();
const TFJS: RecipeInput = { engine: 'tfjs', tfjsBackend: 'cpu' };

function caseOf(name: string, recipe: RecipeInput = {}): EngineCase {
  const found = ENGINE_CASES[name]!();
  return { ...found, recipe: { ...found.recipe, ...recipe } };
}

function trained({ recipe, ...rows }: EngineCase, input: Partial<TrainModelInput> = {}): Promise<TrainedModel> {
  const nowMs = (): number => performance.now();
  return trainModel({ ...rows, recipe: RecipeSchema.parse(recipe), seed: 5, engine: ENGINE, nowMs, ...input });
}

const MLP = 'an mlp over numbers and categories with Adam';
const MOBILE = 'a mobile-cnn with batch normalization';

/** A step on a case, with the layers that it trains. */
async function opened(
  name: string,
): Promise<{ step: LayersStep; model: tf.LayersModel; network: Network; run: () => Promise<Map<string, Tensor>> }> {
  const { recipe: input, train } = caseOf(name);
  const recipe = RecipeSchema.parse({ ...input, ...TFJS });
  const objective = objectiveOf(train, recipe.task ?? 'classification');
  const network = await makeNetwork({ recipe, train, objective, random: new SeededRandom(5), engine: ENGINE });
  const layers = network.layers!;
  let model: tf.LayersModel | undefined;
  const make = async (): Promise<tf.LayersModel> => {
    model = await layers.make();
    return model;
  };
  const rows = await trainingRows(ENGINE, network, train, objective);
  const plan = trainingPlan(recipe, 5, { rows: rows.rows, labels: rows.labels, objective });
  const options = { ...plan.graphOptions(network.output), trainable: network.trainable ?? [] };
  const step = await LayersStep.open({ layers: { ...layers, make }, parts: network.parts }, network.core, options);
  const batches = new Batches(rows, 16, 1);
  let state = step.takeFirstState();
  const run = async (): Promise<Map<string, Tensor>> => {
    ({ state } = await step.run(state, batches.deal(plan.order(new SeededRandom(1)), 0, 1), [0.01]));
    return reachedValues(step.slots, state);
  };
  return { step, model: model!, network, run };
}

describe('a step of TensorFlow.js', () => {
  test.each([MLP, MOBILE, 'a text-cnn-lstm'])('leaves nothing behind: %s', async (name) => {
    const before = tf.memory().numTensors;
    const { step, run } = await opened(name);
    await run();
    const { numTensors } = tf.memory();
    for (let more = 0; more < 3; more++) await run();
    expect(tf.memory().numTensors).toBe(numTensors);
    await step.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(Object.keys(ENGINE_CASES))('reaches weights that predict the same on ONNX Runtime: %s', async (name) => {
    const { step, model, network, run } = await opened(name);
    for (let more = 0; more < 3; more++) await run();
    const reached = await run();
    const size = network.preparedDims.reduce((product, dim) => product * dim, 1);
    const { parts } = network;
    const rows = tf.randomUniform([4, size], 0, 1, 'float32', 3).dataSync<'float32'>();
    const codes = parts.some(({ kind }) => kind === 'codes' || kind === 'tokens');
    const values = codes ? rows.map(Math.round) : rows;
    const inputs = new PartTensors(parts, network.layers!.inputs, model).of(values, 4);
    // Averages are what it has reached, and the layers hold the weights themselves.
    const averaged = step.slots.some(({ kind }) => kind === 'average');
    const expected = (model.predict(inputs) as tf.Tensor).dataSync<'float32'>();
    const weights = new Map([...reached].map(([key, { data }]) => [key, data as Float32Array]));
    const runner = await ENGINE.open(writeModel(applyState(network.core, weights)));
    const outputs = await runner.run({
      [NETWORK_VALUES.prepared]: { type: 'float32', dims: [4, ...network.preparedDims], data: values },
    });
    await runner.close();
    await step.close();
    const actual = outputs[network.output]!.data as Float32Array;
    const difference = Math.max(...Array.from(expected, (value, at) => Math.abs(value - actual[at]!)));
    if (averaged) expect(difference).toBeGreaterThan(1e-5);
    else expect(difference).toBeLessThan(1e-5);
  });
});

describe('a training with TensorFlow.js', () => {
  test.each([
    [MLP, { dropout: 0.3 }],
    ['an mlp with AdamW, averages, class weights and smoothing', { dropout: 0.3 }],
    [MOBILE, { dropout: 0.2 }],
    ['a text-cnn-lstm', { dropout: 0.2 }],
  ] as const)('goes on from a checkpoint with the bits of one that was never interrupted: %s', async (name, more) => {
    const shelf = new CheckpointShelf();
    const recipe = { ...TFJS, ...more, epochs: 3, checkpointSteps: 7 };
    const whole = await trained(caseOf(name, recipe), { checkpoints: shelf });
    expect(shelf.kept.length).toBeGreaterThanOrEqual(3);
    for (const from of shelf.kept.slice(0, 2)) {
      const rest = await trained(caseOf(name, recipe), { checkpoints: new CheckpointShelf(from) });
      expect(rest.notes[0]).toMatch(/^went on from a checkpoint/);
      expect(rest.curve).toEqual(whole.curve);
      expect(Buffer.from(writeModel(rest.model)).equals(writeModel(whole.model))).toBe(true);
    }
  });

  test('drops other units with another seed, and the same ones with the same', async () => {
    const losses = async (seed: number): Promise<number[]> => {
      const { curve } = await trained(caseOf(MLP, { ...TFJS, dropout: 0.5, epochs: 1 }), { seed });
      return curve.map(({ trainLoss }) => trainLoss);
    };
    expect(await losses(1)).toEqual(await losses(1));
    expect(await losses(1)).not.toEqual(await losses(2));
  });

  test('stops early where that of ONNX Runtime does, with the weights of the same epoch', async () => {
    const recipe = { epochs: 60, patience: 3, learningRate: 0.05 };
    const ort = await trained(caseOf(MLP, recipe));
    const tfjs = await trained(caseOf(MLP, { ...recipe, ...TFJS }));
    expect(ort.curve.length).toBeLessThan(60);
    expect([tfjs.curve.length, tfjs.bestEpoch]).toEqual([ort.curve.length, ort.bestEpoch]);
  });

  test('begins again where the checkpoint is of a training by ONNX Runtime, and says so', async () => {
    const shelf = new CheckpointShelf();
    await trained(caseOf(MLP, { checkpointSteps: 7, epochs: 2 }), { checkpoints: shelf });
    const recipe = { ...TFJS, checkpointSteps: 7, epochs: 2 };
    const again = await trained(caseOf(MLP, recipe), { checkpoints: new CheckpointShelf(shelf.kept[0]) });
    expect(again.notes).toEqual(['began again instead of going on from the checkpoint: it is of another recipe']);
  });

  test('ends when it is aborted, between two steps', async () => {
    const abort = new AbortController();
    const reason = new Error('the lease is lost');
    let steps = 0;
    const run = trained(caseOf(MLP, TFJS), {
      signal: abort.signal,
      onMetrics: (update) => {
        steps += update.steps.length;
        if (steps === 3) abort.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(steps).toBe(3);
  });

  test('is refused for a network that is no model of layers', async () => {
    const engine = trainingEngine({ engine: 'tfjs', tfjsBackend: 'cpu' }, { parts: [] }, ENGINE);
    await expect(engine).rejects.toBeInstanceOf(RequestError);
  });
});

describe('layers that somebody defined', () => {
  const { layers } = tf;

  function fileOf(own: tf.layers.Layer[]): LayersFile {
    const model = tf.sequential({ layers: own });
    const json = new TextEncoder().encode(JSON.stringify(model.toJSON(null, false)));
    model.dispose();
    return { model: json };
  }

  async function losses(file: LayersFile, more: RecipeInput): Promise<number[]> {
    const steps: number[] = [];
    const digest = '0'.repeat(64);
    const { recipe, ...rows } = caseOf('an mlp that tells numbers, with Huber loss');
    const numbers = (of: EngineCase['train']): EngineCase['train'] => ({ ...of, inputs: of.inputs.slice(0, 1) });
    const own = { ...recipe, ...more, family: 'layers', layers: { model: digest } } as const;
    await trained(
      { recipe: own, train: numbers(rows.train), validation: numbers(rows.validation) },
      { layers: file, onMetrics: (update) => steps.push(...update.steps.map(({ loss }) => loss)) },
    );
    return steps;
  }

  test('keep a frozen normalization as it is, as a training graph does', async () => {
    const file = fileOf([
      layers.batchNormalization({ name: 'frozen', inputShape: [3], trainable: false }),
      layers.dense({ name: 'hidden', units: 8, activation: 'tanh' }),
      layers.batchNormalization({ name: 'normal' }),
      layers.dense({ name: 'output', units: 1 }),
    ]);
    const [ort, tfjs] = [await losses(file, {}), await losses(file, TFJS)];
    expect(Math.max(...tfjs.map((loss, step) => Math.abs(loss - ort[step]!)))).toBeLessThan(1e-5);
  });

  test('are refused where the library cannot train a normalization', async () => {
    const file = fileOf([
      layers.dense({ name: 'hidden', units: 8, inputShape: [3] }),
      layers.batchNormalization({ name: 'normal', scale: false }),
      layers.dense({ name: 'output', units: 1 }),
    ]);
    await expect(losses(file, TFJS)).rejects.toThrow(/layer normal: .* only with scale and center; engine ort/);
    expect(await losses(file, {})).toHaveLength(50);
  });
});
