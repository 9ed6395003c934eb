import { beforeAll, describe, expect, test } from 'vitest';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork, preprocessedValue } from '../testing/dense-network.ts';
import type { ProbedOptions } from '../testing/loss-probe.ts';
import { pythonWith, runPython } from '../testing/python.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { LossOptions } from './losses/add-losses.ts';
import type { TrainingOptions } from './training-graph.ts';

/** Both sides are float32 and add in different orders. */
const TOLERANCE = 1e-5;
const STEPS = 20;
const ROWS = 32;
const SIZES = [6, 16, 12, 4] as const;

/** A run of 20 steps here, and what makes the same run there. */
interface Case {
  readonly loss: ProbedOptions;
  readonly options: Omit<TrainingOptions, 'loss'>;
  readonly rate: number;
  /** PyTorch's loss of `value` and `labels`. */
  readonly lossThere: string;
  /** PyTorch's optimizer of `parameters`. */
  readonly optimizerThere: string;
}

const crossEntropy = { loss: { kind: 'softmax-cross-entropy' }, lossThere: 'F.cross_entropy(value, labels)' } as const;
const adam = { options: {}, rate: 0.01, optimizerThere: 'torch.optim.Adam(parameters, lr=rate)' } as const;

const CASES: Readonly<Record<string, Case>> = {
  'descent with momentum': {
    ...crossEntropy,
    options: { optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0.01, decayed: 'all' } },
    rate: 0.1,
    optimizerThere: 'torch.optim.SGD(parameters, lr=rate, momentum=0.9, weight_decay=0.01)',
  },
  "descent with Nesterov's momentum and clipped gradients": {
    ...crossEntropy,
    options: { optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true }, clipNorm: 0.2 },
    rate: 0.1,
    optimizerThere: 'torch.optim.SGD(parameters, lr=rate, momentum=0.9, nesterov=True); clip = 0.2',
  },
  RMSprop: {
    ...crossEntropy,
    options: { optimizer: { kind: 'rmsprop', alpha: 0.9, momentum: 0.5, epsilon: 1e-6 } },
    rate: 1e-3,
    optimizerThere: 'torch.optim.RMSprop(parameters, lr=rate, alpha=0.9, momentum=0.5, eps=1e-6)',
  },
  'Adam with weight decay': {
    ...crossEntropy,
    options: { optimizer: { kind: 'adam', weightDecay: 0.05, decayed: 'all' } },
    rate: 0.01,
    optimizerThere: 'torch.optim.Adam(parameters, lr=rate, weight_decay=0.05)',
  },
  'AdamW that leaves biases alone, and class weights': {
    loss: { kind: 'softmax-cross-entropy', classWeights: Float32Array.of(1, 3, 0.5, 2) },
    lossThere: 'F.cross_entropy(value, labels, weight=torch.tensor([1, 3, 0.5, 2]))',
    options: { optimizer: { kind: 'adamw', weightDecay: 0.05 } },
    rate: 0.01,
    optimizerThere:
      'torch.optim.AdamW([{"params": parameters[::2]}, {"params": parameters[1::2], "weight_decay": 0}], lr=rate, weight_decay=0.05)',
  },
  'smoothed labels with class weights': {
    ...adam,
    loss: { kind: 'softmax-cross-entropy', classWeights: Float32Array.of(1, 3, 0.5, 2), labelSmoothing: 0.1 },
    lossThere: 'F.cross_entropy(value, labels, weight=torch.tensor([1, 3, 0.5, 2]), label_smoothing=0.1)',
  },
  'binary cross-entropy': {
    ...adam,
    loss: { kind: 'binary-cross-entropy', positiveWeight: Float32Array.of(1, 2, 3, 4) },
    lossThere: 'F.binary_cross_entropy_with_logits(value, several, pos_weight=torch.tensor([1., 2, 3, 4]))',
  },
  'squared error': { ...adam, loss: { kind: 'mean-squared-error' }, lossThere: 'F.mse_loss(value, targets)' },
  'absolute error': { ...adam, loss: { kind: 'mean-absolute-error' }, lossThere: 'F.l1_loss(value, targets)' },
  'Huber loss': {
    ...adam,
    loss: { kind: 'huber', delta: 0.5 },
    lossThere: 'F.huber_loss(value, targets, delta=0.5)',
  },
  'focal loss': {
    ...adam,
    loss: { kind: 'focal', gamma: 2, alpha: 0.25 },
    lossThere:
      '(lambda log: (-0.25 * (1 - log.exp()) ** 2 * log).mean())(F.log_softmax(value, 1).gather(1, labels[:, None]))',
  },
};

const SCRIPT = `
import json, sys, torch
import torch.nn.functional as F
job = json.load(sys.stdin)
torch.set_num_threads(1)
x, labels = torch.tensor(job['rows']), torch.tensor(job['labels'])
targets, several = torch.tensor(job['targets']), torch.tensor(job['several'], dtype=torch.float32)
results = {}
for case in job['cases']:
    layers = [(torch.tensor(w).requires_grad_(), torch.tensor(b).requires_grad_()) for w, b in job['layers']]
    parameters = [p for layer in layers for p in layer]
    scope = {'torch': torch, 'parameters': parameters, 'rate': case['rate'], 'clip': None}
    exec('optimizer = ' + case['optimizer'], scope)
    optimizer, losses = scope['optimizer'], []
    for _ in range(job['steps']):
        value = x
        for index, (w, b) in enumerate(layers):
            value = value @ w + b
            if index < len(layers) - 1: value = torch.relu(value)
        loss = eval(case['loss'])
        optimizer.zero_grad()
        loss.backward()
        if scope['clip']: torch.nn.utils.clip_grad_norm_(parameters, scope['clip'])
        optimizer.step()
        losses.append(loss.item())
    results[case['name']] = {'losses': losses, 'layers': [[w.tolist(), b.tolist()] for w, b in layers]}
print(json.dumps(results))
`;

interface Result {
  readonly losses: readonly number[];
  /** Weights [input][output] and bias of each layer. */
  readonly layers: unknown;
}

const forward = denseNetwork({ sizes: SIZES, seed: 8 });
const constants = new Map(forward.graph.initializer.map((proto) => [proto.name, decodeTensor(proto)]));
const random = seededRandom(21);
const features = randomFloat32(random, [ROWS, SIZES[0]]);
const targets = randomFloat32(random, [ROWS, SIZES[3]]);
const several = float32(
  targets.data.map((value) => Number(value > 0)),
  targets.dims,
);
const labels = Array.from({ length: ROWS }, (_, row) => (row * 5) % SIZES[3]);

function rowsOf({ data, dims }: TensorOf<'float32'>): number[][] {
  const width = dims[1]!;
  return Array.from({ length: dims[0]! }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

/** Layers of the network with weights as [input][output], whatever their layout in the model. */
function layersOf(valuesOf: (name: string) => Float32Array): unknown {
  return SIZES.slice(1).map((width, layer) => {
    const [inputs, name] = [SIZES[layer]!, `w${layer}`];
    const isTransposed = constants.get(name)!.dims[0] === width && layer % 2 === 1;
    const at = (input: number, out: number) => (isTransposed ? out * inputs + input : input * width + out);
    const weights = Array.from({ length: inputs }, (_, input) =>
      Array.from({ length: width }, (_, out) => valuesOf(name)[at(input, out)]!),
    );
    return [weights, [...valuesOf(`b${layer}`)]];
  });
}

function labelsFor({ kind }: ProbedOptions): TensorOf<'int64' | 'float32'> {
  if (kind === 'softmax-cross-entropy' || kind === 'focal') return int64(labels);
  return kind === 'binary-cross-entropy' ? several : targets;
}

async function resultHere({ loss, options, rate }: Case): Promise<Result> {
  const read = { ...loss, output: 'logits' } as LossOptions;
  const run = await TrainingRun.start(buildTrainingGraph(forward, { ...options, loss: read }));
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) losses.push(await run.step({ features, labels: labelsFor(loss) }, rate));
  const trained = run.state();
  return { losses, layers: layersOf((name) => trained.get(name)!) };
}

function largestDifference(left: unknown, right: unknown): number {
  const flat = (values: unknown): number[] => (Array.isArray(values) ? values.flatMap(flat) : [Number(values)]);
  const others = flat(right);
  return Math.max(...flat(left).map((value, at) => Math.abs(value - others[at]!)));
}

const python = pythonWith('torch');

describe('20 steps end at the weights of PyTorch:', () => {
  let peers: Readonly<Record<string, Result>> = {};

  beforeAll(() => {
    if ('missing' in python) return;
    const cases = Object.entries(CASES).map(([name, { rate, lossThere, optimizerThere }]) => {
      return { name, rate, loss: lossThere, optimizer: optimizerThere };
    });
    peers = runPython(python.command, SCRIPT, {
      ...{ cases, labels, steps: STEPS, targets: rowsOf(targets), several: rowsOf(several) },
      layers: layersOf((name) => (constants.get(name) as TensorOf<'float32'>).data),
      rows: rowsOf(features).map((row) => row.map(preprocessedValue)),
    }) as Record<string, Result>;
  });

  for (const [name, each] of Object.entries(CASES)) {
    if ('missing' in python) {
      test.skip(`${name} (skipped: ${python.missing})`, () => undefined);
      continue;
    }
    test(name, async () => {
      const [here, there] = [await resultHere(each), peers[name]];
      expect(largestDifference(here.losses, there?.losses)).toBeLessThan(TOLERANCE);
      expect(largestDifference(here.layers, there?.layers)).toBeLessThan(TOLERANCE);
    });
  }
});
