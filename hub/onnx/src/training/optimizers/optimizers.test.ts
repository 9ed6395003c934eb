import { describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, type TensorOf } from '../../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { ReferenceOptimizer } from '../../testing/reference-optimizers.ts';
import { TrainingRun } from '../../testing/training-run.ts';
import { buildTrainingGraph } from '../build-training-graph.ts';
import type { TrainingGraph, TrainingOptions } from '../training-graph.ts';
import type { OptimizerOptions } from './add-optimizer.ts';
import { averagedState } from './average-weights.ts';

/** float32 against float64 over 20 steps; measured: 4e-7. */
const TOLERANCE = 5e-6;
const STEPS = 20;
const ROWS = 6;
const FEATURES = 4;
const RATE = 0.05;

/** y = x w + b, with w of two dimensions and b of one. */
function forward(): Model {
  const graph = new GraphBuilder();
  const random = seededRandom(4);
  graph.input('x', 'float32', ['batch', FEATURES]);
  graph.initializer('w', randomFloat32(random, [1, FEATURES]));
  graph.initializer('b', randomFloat32(random, [FEATURES]));
  graph.node('Add', [graph.node('Mul', ['x', 'w']), 'b'], {}, { outputs: ['y'] });
  graph.output('y', 'float32', ['batch', FEATURES]);
  return graph.build();
}

interface Weights {
  readonly w: readonly number[];
  readonly b: readonly number[];
}

/** Gradients of mean((x w + b - labels)^2). */
function gradientsAt({ w, b }: Weights, x: Float32Array, labels: Float32Array): Weights {
  const error = Array.from(x, (value, at) => {
    const feature = at % FEATURES;
    return (2 * (value * w[feature]! + b[feature]! - labels[at]!)) / x.length;
  });
  const summed = (factor: (at: number) => number) =>
    w.map((_, feature) => error.reduce((sum, e, at) => (at % FEATURES === feature ? sum + e * factor(at) : sum), 0));
  return { w: summed((at) => x[at]!), b: summed(() => 1) };
}

interface Expected extends Weights {
  readonly average: Weights;
}

function referenceRun(options: TrainingOptions, x: TensorOf<'float32'>, labels: TensorOf<'float32'>): Expected {
  const { optimizer = { kind: 'adam' }, clipNorm = Number.POSITIVE_INFINITY, averageDecay = 0 } = options;
  const reference = new ReferenceOptimizer(optimizer);
  const { decayed = 'matrices' } = optimizer;
  const decays = decayed === 'all' ? ['w', 'b'] : decayed === 'matrices' ? ['w'] : decayed;
  const initial = training(options).state;
  const of = (name: string) => [...initial.find((state) => state.name === name)!.initial];
  let weights: Weights = { w: of('w'), b: of('b') };
  let average = weights;
  for (let step = 0; step < STEPS; step++) {
    const gradients = gradientsAt(weights, x.data, labels.data);
    const norm = Math.sqrt([...gradients.w, ...gradients.b].reduce((sum, value) => sum + value * value, 0));
    const factor = Math.min(1, clipNorm / (norm + 1e-6));
    const updated = (name: 'w' | 'b', isDecayed: boolean) =>
      weights[name].map((value, at) =>
        reference.updated(`${name}${at}`, value, factor * gradients[name][at]!, rateAt(step), isDecayed),
      );
    weights = { w: updated('w', decays.includes('w')), b: updated('b', decays.includes('b')) };
    const kept = Math.min(averageDecay, (1 + step) / (10 + step));
    const blended = (name: 'w' | 'b') =>
      average[name].map((value, at) => kept * value + (1 - kept) * weights[name][at]!);
    average = { w: blended('w'), b: blended('b') };
  }
  return { ...weights, average };
}

function rateAt(step: number): number {
  return Math.fround(RATE * (1 + (step % 3)));
}

const random = seededRandom(5);
const x = randomFloat32(random, [ROWS, FEATURES], 2);
const labels = randomFloat32(random, [ROWS, FEATURES], 2);

async function trained(options: TrainingOptions): Promise<Map<string, Float32Array>> {
  const run = await TrainingRun.start(training(options));
  for (let step = 0; step < STEPS; step++) await run.step({ x, labels }, rateAt(step));
  return run.state();
}

function difference(left: ArrayLike<number> | undefined, right: readonly number[]): number {
  return Math.max(...right.map((value, at) => Math.abs(value - (left?.[at] ?? Number.NaN))));
}

const loss = { kind: 'mean-squared-error', output: 'y' } as const;
const OPTIMIZERS: Readonly<Record<string, OptimizerOptions>> = {
  'plain descent': { kind: 'sgd' },
  'descent with momentum': { kind: 'sgd', momentum: 0.9 },
  "descent with Nesterov's momentum": { kind: 'sgd', momentum: 0.8, nesterov: true },
  'descent with weight decay': { kind: 'sgd', momentum: 0.9, weightDecay: 0.1 },
  RMSprop: { kind: 'rmsprop' },
  'RMSprop with momentum and decay of all': {
    ...{ kind: 'rmsprop', alpha: 0.9, epsilon: 1e-4, momentum: 0.5, weightDecay: 0.1, decayed: 'all' },
  },
  Adam: { kind: 'adam' },
  'Adam with weight decay': { kind: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.1 },
  'AdamW of all': { kind: 'adamw', weightDecay: 0.1, decayed: 'all' },
  'AdamW of named weights': { kind: 'adamw', weightDecay: 0.1, decayed: ['b'] },
};

/** Multiplications and additions alone are not taken for layers, so the weights are named. */
function training(options: TrainingOptions): TrainingGraph {
  return buildTrainingGraph(forward(), { trainable: ['w', 'b'], ...options });
}

describe('the step follows a float64 reference:', () => {
  for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
    test(name, async () => {
      const options = { loss, optimizer };
      const [state, expected] = [await trained(options), referenceRun(options, x, labels)];
      expect(difference(state.get('w'), expected.w)).toBeLessThan(TOLERANCE);
      expect(difference(state.get('b'), expected.b)).toBeLessThan(TOLERANCE);
    });
  }

  test('with gradients clipped by their common norm, which is an output', async () => {
    const options = { loss, optimizer: { kind: 'sgd', momentum: 0.9 }, clipNorm: 0.3 } as const;
    const [state, expected] = [await trained(options), referenceRun(options, x, labels)];
    expect(difference(state.get('w'), expected.w)).toBeLessThan(TOLERANCE);
    expect(difference(expected.w, referenceRun({ ...options, clipNorm: 9 }, x, labels).w as number[])).toBeGreaterThan(
      0.01,
    );
    const graph = training(options);
    const outputs = await (await TrainingRun.start(graph)).outputs({ x, labels }, 0);
    const [w, b] = ['w', 'b'].map((name) => [...graph.state.find((each) => each.name === name)!.initial]);
    const gradients = gradientsAt({ w: w!, b: b! }, x.data, labels.data);
    const norm = Math.hypot(...gradients.w, ...gradients.b);
    expect((outputs[graph.gradientNorm!] as TensorOf<'float32'>).data[0]).toBeCloseTo(norm, 5);
  });

  for (const averageDecay of [0.3, 0.999]) {
    test(`with a moving average of the weights beside them that keeps ${averageDecay} in the end`, async () => {
      const options = { loss, averageDecay };
      const [state, expected] = [await trained(options), referenceRun(options, x, labels)];
      expect(difference(state.get('average/w'), expected.average.w)).toBeLessThan(TOLERANCE);
      const averaged = averagedState(state);
      expect(difference(averaged.get('b'), expected.average.b)).toBeLessThan(TOLERANCE);
      expect(difference(state.get('b'), expected.b)).toBeLessThan(TOLERANCE);
    });
  }

  test('and few steps are enough for the average to leave the first weights behind', async () => {
    const graph = training({ loss, optimizer: { kind: 'sgd' }, averageDecay: 0.999 });
    const run = await TrainingRun.start(graph);
    for (let step = 0; step < 100; step++) await run.step({ x, labels }, 0.1);
    const first = graph.state.find(({ name }) => name === 'w')!.initial;
    const [last, average] = [[...run.state().get('w')!], run.state().get('average/w')];
    expect(difference(average, last)).toBeLessThan(0.2 * difference(first, last));
  });
});

describe('an optimizer', () => {
  test('keeps weights finite where gradients are 0', async () => {
    for (const optimizer of Object.values(OPTIMIZERS)) {
      const run = await TrainingRun.start(training({ loss, optimizer, clipNorm: 1 }));
      const zeros = float32(new Float32Array(ROWS * FEATURES), [ROWS, FEATURES]);
      for (let step = 0; step < 3; step++) {
        const b = float32(Array.from({ length: ROWS }, () => [...run.state().get('b')!]).flat(), [ROWS, FEATURES]);
        await run.step({ x: zeros, labels: b }, 0.1);
      }
      for (const values of run.state().values()) expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test('names what is out of range', () => {
    const refusal = (optimizer: OptimizerOptions, more: Partial<TrainingOptions> = {}) => {
      return () => training({ loss, optimizer, ...more });
    };
    expect(refusal({ kind: 'sgd', momentum: 1 })).toThrow(/momentum must be at least 0 and below 1, got 1/);
    expect(refusal({ kind: 'sgd', nesterov: true })).toThrow(/momentum must be above 0 for nesterov, got 0/);
    expect(refusal({ kind: 'rmsprop', alpha: -1 })).toThrow(/alpha must be at least 0 and below 1, got -1/);
    expect(refusal({ kind: 'adam', epsilon: -1 })).toThrow(/epsilon must be at least 0, got -1/);
    expect(refusal({ kind: 'adamw', weightDecay: Number.NaN })).toThrow(/weightDecay must be at least 0, got NaN/);
    for (const kind of ['sgd', 'adamw'] as const) {
      const unknown = refusal({ kind, weightDecay: 0.1, decayed: ['w', 'nothing'] });
      expect(unknown).toThrow(/decayed must name trained initializers, got nothing/);
    }
    expect(refusal({ kind: 'adagrad' } as never)).toThrow(/Optimizer kind must be sgd, .* or adamw, got adagrad/);
    const unknownLoss = { loss: { kind: 'hinge', output: 'y' } as never };
    expect(refusal({ kind: 'adam' }, unknownLoss)).toThrow(/Loss kind must be a known one, .* got hinge/);
    expect(refusal({ kind: 'adam' }, { clipNorm: 0 })).toThrow(/clipNorm must be above 0, got 0/);
    expect(refusal({ kind: 'adam' }, { averageDecay: 1 })).toThrow(
      /averageDecay must be at least 0 and below 1, got 1/,
    );
  });
});
