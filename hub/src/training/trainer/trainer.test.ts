import { float, float32, GraphBuilder, type Model, scalar } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { Checkpoint } from '../../store/checkpoint-codec.ts';
import { type RecipeInput, RecipeSchema } from '../../store/recipe/recipe.ts';
import { CheckpointShelf } from '../../testing/checkpoint-shelf.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { drawnWeights } from '../layers/drawn-weights.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { TrainingRows } from '../rows/batches.ts';
import { SeededRandom } from '../seeded-random.ts';
import { type Trained, Trainer, type TrainerInput } from './trainer.ts';
import type { CheckpointKeeper } from './training-checkpoint.ts';
import type { TrainingHooks } from './training-loop.ts';
import { type TrainingPlan, trainingPlan } from './training-plan.ts';

const ENGINE = new OrtEngine();
const FEATURES = 5;
const CLASSES = 3;

/** Rows whose class is the largest of three sums; class 2 is rare. */
function madeRows(rows: number, seed: number): TrainingRows {
  const random = new SeededRandom(seed);
  const values = Float32Array.from({ length: rows * FEATURES }, () => 2 * random.next() - 1);
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0] = values.subarray(row * FEATURES);
    return a + b > 1.2 ? 2 : c > 0 ? 1 : 0;
  });
  return { rows, dims: [FEATURES], values, labels };
}

const TRAIN = madeRows(150, 1);
const VALIDATION = madeRows(60, 2);

/** Dense layers with batch normalization and dropout, so that a step depends on more than weights and data. */
function network(units: number, random: SeededRandom): Model {
  const graph = new GraphBuilder();
  const { prepared, logits } = NETWORK_VALUES;
  graph.input(prepared, 'float32', ['batch', FEATURES]);
  const weights = (name: string, inputs: number, outputs: number): string =>
    graph.initializer(name, float32(drawnWeights(random, inputs * outputs, inputs), [inputs, outputs]));
  const each = (name: string, value: number): string =>
    graph.initializer(name, float32(new Float32Array(units).fill(value)));
  const sums = graph.node('Gemm', [prepared, weights('w0', FEATURES, units), each('b0', 0)]);
  const statistics = [each('scale', 1), each('shift', 0), each('mean', 0), each('variance', 1)];
  const normal = graph.node('BatchNormalization', [sums, ...statistics], { momentum: float(0.9) });
  const dropped = graph.node('Dropout', [graph.node('Relu', [normal]), graph.constant(scalar(0.2))]);
  graph.node('Gemm', [dropped, weights('w1', units, CLASSES)], {}, { outputs: [logits] });
  return graph.output(logits, 'float32', ['batch', CLASSES]).build();
}

interface Options {
  readonly hooks?: TrainingHooks;
  readonly plan?: Partial<TrainingPlan>;
  readonly engine?: GraphEngine;
  readonly input?: Partial<TrainerInput>;
  readonly units?: number;
}

function train(recipe: RecipeInput, options: Options = {}): Promise<Trained> {
  const random = new SeededRandom(7);
  const core = network(options.units ?? 8, random);
  const parsed = RecipeSchema.parse({ epochs: 4, batchSize: 16, learningRate: 0.02, ...recipe });
  const plan = {
    ...trainingPlan(parsed, 7, { ...TRAIN, objective: { kind: 'classes', classes: { length: CLASSES } } }),
    ...options.plan,
  };
  return new Trainer(options.engine ?? ENGINE, plan, () => performance.now()).train({
    ...{ forward: core, input: NETWORK_VALUES.prepared, output: NETWORK_VALUES.logits },
    ...{ train: TRAIN, validation: VALIDATION, random: random.state },
    ...{ identity: { recipe: JSON.stringify(recipe) }, hooks: options.hooks ?? {} },
    ...options.input,
  });
}

const RECIPES: Readonly<Record<string, RecipeInput>> = {
  'adamw with a cosine': { weightDecay: 0.01 },
  'sgd with momentum, clipping and steps': {
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    schedule: { kind: 'step', everyEpochs: 1.5, factor: 0.3 },
    gradientClipping: 0.5,
  },
  'rmsprop with a plateau and averages': {
    optimizer: { kind: 'rmsprop', momentum: 0.5 },
    learningRate: 0.05,
    schedule: { kind: 'plateau', patience: 0, warmUpEpochs: 0.5 },
    averageDecay: 0.9,
  },
  'adam with focal loss and balanced sampling': {
    optimizer: { kind: 'adam', beta1: 0.8 },
    loss: { kind: 'focal', gamma: 1.5 },
    sampling: 'balanced',
  },
  'class weights and label smoothing': {
    classWeights: 'balanced',
    loss: { kind: 'cross-entropy', labelSmoothing: 0.1 },
  },
};

describe('a training that goes on from a checkpoint', () => {
  for (const [name, recipe] of Object.entries(RECIPES)) {
    test(`ends with the bits of one that was never interrupted: ${name}`, async () => {
      const shelf = new CheckpointShelf();
      const whole = await train({ ...recipe, checkpointSteps: 3 }, { hooks: { checkpoints: shelf } });
      // Ten steps an epoch in one run, unless it stops before: at least one within, and all but the last at the end.
      expect(shelf.kept.length).toBeGreaterThanOrEqual(3);
      for (const from of shelf.kept) {
        const rest = await train(
          { ...recipe, checkpointSteps: 3 },
          { hooks: { checkpoints: new CheckpointShelf(from) } },
        );
        expect(rest.weights).toEqual(whole.weights);
        expect(rest.curve).toEqual(whole.curve);
        expect([rest.bestEpoch, rest.samples]).toEqual([whole.bestEpoch, whole.samples]);
        expect(rest.notes[0]).toMatch(/^went on from a checkpoint in epoch/);
      }
    });
  }

  for (const [name, recipe] of Object.entries(RECIPES)) {
    test(`may update weights behind a run from there on, or no longer: ${name}`, async () => {
      const often = { ...recipe, checkpointSteps: 3 };
      const shelf = new CheckpointShelf();
      const behind = { runShape: { deferredFrom: 10 } };
      const whole = await train(often, { hooks: { checkpoints: shelf }, plan: behind });
      expect(whole.weights).toEqual((await train(recipe)).weights);
      expect(shelf.kept.length).toBeGreaterThanOrEqual(3);
      for (const [at, from] of shelf.kept.entries()) {
        const plan = at % 2 === 0 ? behind : {};
        const rest = await train(often, { hooks: { checkpoints: new CheckpointShelf(from) }, plan });
        expect(rest.weights).toEqual(whole.weights);
        expect(rest.curve).toEqual(whole.curve);
      }
    });
  }

  test('may make other numbers of steps in a run, and goes on in the middle of an epoch', async () => {
    const recipe = { averageDecay: 0.9, checkpointSteps: 4 };
    const shelf = new CheckpointShelf();
    const whole = await train(recipe, { hooks: { checkpoints: shelf }, plan: { runShape: { stepsPerRun: 1 } } });
    expect(shelf.places.map(({ step }) => step)).toEqual(
      [4, 8, 12, 16, 20, 24, 28, 32, 36, 40].slice(0, shelf.places.length),
    );
    for (const [at, stepsPerRun] of [1, 2, 3, 16].entries()) {
      const hooks = { checkpoints: new CheckpointShelf(shelf.kept[at * 2]) };
      const rest = await train(recipe, { hooks, plan: { runShape: { stepsPerRun } } });
      expect(rest.weights).toEqual(whole.weights);
      expect(rest.curve).toEqual(whole.curve);
    }
  });

  for (const [what, change, reason] of [
    ['recipe', { input: { identity: { recipe: 'another' } } }, 'it is of another recipe'],
    ['data', { input: { identity: { recipe: '{"checkpointSteps":5}', data: 'x' } } }, 'it is of another data'],
    ['network', { units: 9 }, 'it is of another network'],
  ] as const) {
    test(`begins again when the checkpoint is of another ${what}, and says so`, async () => {
      const recipe = { checkpointSteps: 5 };
      const shelf = new CheckpointShelf();
      await train(recipe, { hooks: { checkpoints: shelf } });
      const notes: string[] = [];
      const onNote = (note: string) => notes.push(note);
      const again = await train(recipe, {
        ...change,
        hooks: { checkpoints: new CheckpointShelf(shelf.kept[1]), onNote },
      });
      expect(again.notes).toEqual([`began again instead of going on from the checkpoint: ${reason}`]);
      expect(notes).toEqual(again.notes);
      expect(again.weights).toEqual((await train(recipe, change)).weights);
    });
  }

  for (const [what, spoil] of [
    ['has lost a tensor', (kept: Checkpoint) => ({ ...kept, tensors: kept.tensors.slice(1) })],
    [
      'has a tensor of another size',
      (kept: Checkpoint) => ({
        ...kept,
        tensors: kept.tensors.map(({ name }) => ({ name, values: new Float32Array(1) })),
      }),
    ],
    ['has lost its place', (kept: Checkpoint) => ({ ...kept, progress: {} })],
  ] as const) {
    test(`begins again when the checkpoint ${what}`, async () => {
      const shelf = new CheckpointShelf();
      const recipe = { checkpointSteps: 5 };
      const whole = await train(recipe, { hooks: { checkpoints: shelf } });
      const again = await train(recipe, { hooks: { checkpoints: new CheckpointShelf(spoil(shelf.kept[2]!)) } });
      expect(again.notes[0]).toMatch(/^began again/);
      expect(again.weights).toEqual(whole.weights);
    });
  }

  test('says so when a checkpoint breaks off in its values, for these are over the first weights by then', async () => {
    const shelf = new CheckpointShelf();
    const recipe = { checkpointSteps: 5 };
    await train(recipe, { hooks: { checkpoints: shelf } });
    const checkpoints: CheckpointKeeper = {
      load: async (read) => {
        await new CheckpointShelf(shelf.kept[0]).load(read);
        return 'it cannot be read';
      },
      keep: async () => undefined,
    };
    const run = train(recipe, { hooks: { checkpoints } });
    await expect(run).rejects.toMatchObject({ code: 'CHECKPOINT_BROKEN', message: 'it cannot be read' });
  });
});

describe('training', () => {
  test('tells every step and epoch', async () => {
    const steps: number[] = [];
    const rates: number[] = [];
    const epochs: number[] = [];
    const { curve } = await train(
      { schedule: { kind: 'step', everyEpochs: 2, factor: 0.5 } },
      {
        hooks: {
          onMetrics: (update) => {
            steps.push(...update.steps.map(({ step }) => step));
            rates.push(...update.steps.map(({ learningRate }) => learningRate));
            epochs.push(...update.epochs.map(({ epoch }) => epoch));
          },
        },
      },
    );
    expect(steps).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(epochs).toEqual([1, 2, 3, 4]);
    expect([rates[0], rates[19], rates[20], rates[39]]).toEqual([0.02, 0.02, 0.01, 0.01]);
    expect(curve[3]!.trainLoss).toBeLessThan(curve[0]!.trainLoss);
    expect(curve[3]!.validationBalancedAccuracy).toBeGreaterThan(0.4);
  });

  test('ends with place and learning rate when the loss leaves the numbers, and keeps no broken checkpoint', async () => {
    const shelf = new CheckpointShelf();
    // One row cannot be learned from: the batch that has it makes the loss NaN, and nothing good comes behind it.
    const values = TRAIN.values.slice();
    values[77 * FEATURES] = Number.NaN;
    const run = train(
      { schedule: { kind: 'constant' }, checkpointSteps: 1 },
      {
        hooks: { checkpoints: shelf },
        plan: { runShape: { stepsPerRun: 1 } },
        input: { train: { ...TRAIN, values } },
      },
    );
    await expect(run).rejects.toMatchObject({
      code: 'LOSS_NOT_FINITE',
      message: expect.stringMatching(
        /became (NaN|-?Infinity) in epoch \d+, step \d+, at a learning rate of 0.02; a smaller/,
      ),
      details: { epoch: expect.any(Number), step: expect.any(Number), learningRate: 0.02 },
    });
    expect(shelf.kept.length).toBeGreaterThan(0);
    for (const { tensors } of shelf.kept) {
      for (const { values: kept } of tensors) expect(kept.every(Number.isFinite)).toBe(true);
    }
  });

  for (const said of ['std::bad_alloc', 'Failed to allocate memory for requested buffer of size 123']) {
    test(`says that memory ran out when ONNX Runtime says ${said}`, async () => {
      const engine: GraphEngine = {
        ...{ name: 'full', cores: 1, memoryBytes: 2 ** 30 },
        open: async () => ({
          run: async () => {
            throw new OutsideError('MODEL_INVALID', 'run a model', { cause: new TypeError(said) });
          },
          close: async () => undefined,
        }),
      };
      await expect(train({}, { engine })).rejects.toMatchObject({
        code: 'OUT_OF_MEMORY',
        message: 'memory ran out with a batchSize of 16; a smaller one needs less',
      });
    });
  }
});
