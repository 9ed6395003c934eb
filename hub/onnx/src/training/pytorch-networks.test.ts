import { beforeAll, describe, expect, test } from 'vitest';
import { int64, type TensorOf } from '../tensor/tensor.ts';
import { denseClassifier } from '../testing/networks/dense-classifier.ts';
import { depthwiseClassifier } from '../testing/networks/depthwise-classifier.ts';
import { imageClassifier } from '../testing/networks/image-classifier.ts';
import type { PeerNetwork } from '../testing/networks/peer-network.ts';
import { textClassifier } from '../testing/networks/text-classifier.ts';
import { transformerClassifier } from '../testing/networks/transformer-classifier.ts';
import { pythonWith, runPython } from '../testing/python.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { StateTensor, TrainingGraph } from './training-graph.ts';

/** Euclidean norm of the difference over that of PyTorch's gradient; both sides are float32. Measured: 1e-6. */
const TOLERANCE = 1e-4;

const NETWORKS: Readonly<Record<string, () => PeerNetwork>> = {
  'dense layers': denseClassifier,
  'convolutions with batch normalization and pooling': imageClassifier,
  'depthwise-separable convolutions': depthwiseClassifier,
  'an LSTM over convolved words': textClassifier,
  'a transformer block': transformerClassifier,
};

const SCRIPT = `
import json, sys, torch
import torch.nn.functional as F
torch.set_num_threads(1)
def tensor(value, dtype=torch.float32): return torch.tensor(value['data'], dtype=dtype).reshape(value['dims'])
def result(job):
    p = {name: tensor(value).requires_grad_() for name, value in job['weights'].items()}
    stats = {name: tensor(value) for name, value in job['statistics'].items()}
    def batch_norm(x, name):
        before = stats[name + '_var']
        mean, var = stats[name + '_mean'].clone(), before.clone()
        y = F.batch_norm(x, mean, var, p[name + '_scale'], p[name + '_bias'], training=True, momentum=0.1)
        # ONNX keeps the variance of the population, PyTorch that of a sample.
        count = x.numel() // x.shape[1]
        stats[name + '_mean'], stats[name + '_var'] = mean, 0.9 * before + (var - 0.9 * before) * (count - 1) / count
        return y
    scope = {'torch': torch, 'F': F, 'batch_norm': batch_norm}
    exec('def network(x, p):' + job['python'], scope)
    x = tensor(job['x'], torch.int64 if job['x']['type'] == 'int64' else torch.float32)
    loss = F.cross_entropy(scope['network'](x, p), torch.tensor(job['labels']))
    loss.backward()
    return {
        'loss': loss.item(),
        'gradients': {name: value.grad.flatten().tolist() for name, value in p.items()},
        'statistics': {name: value.flatten().tolist() for name, value in stats.items()},
    }
print(json.dumps({name: result(job) for name, job in json.load(sys.stdin).items()}))
`;

interface Peer {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly statistics: Readonly<Record<string, readonly number[]>>;
}

function relativeError(values: Float32Array | undefined, expected: readonly number[] = []): number {
  const difference = expected.map((value, at) => value - (values?.[at] ?? Number.NaN));
  return Math.hypot(...difference) / Math.hypot(...expected);
}

function plain({ type, dims, data }: TensorOf<'float32' | 'int64'>): unknown {
  return { type, dims, data: Array.from(data, Number) };
}

function byName(state: readonly StateTensor[], kind: StateTensor['kind']): Record<string, unknown> {
  const own = state.filter((tensor) => tensor.kind === kind);
  return Object.fromEntries(own.map(({ name, dims, initial }) => [name, { dims, data: [...initial] }]));
}

/** Names of values that are farther from PyTorch's than the tolerance, with how far. */
function farValues(
  state: ReadonlyMap<string, Float32Array>,
  expected: Readonly<Record<string, readonly number[]>>,
  prefix = '',
): string[] {
  return Object.entries(expected).flatMap(([name, values]) => {
    const error = relativeError(state.get(prefix + name), values);
    return error < TOLERANCE ? [] : [`${name}: ${error}`];
  });
}

function trainingOf({ model }: PeerNetwork): TrainingGraph {
  return buildTrainingGraph(model, {
    loss: { kind: 'softmax-cross-entropy', output: 'logits' },
    // With momentum, the state after one step is the gradient itself.
    optimizer: { kind: 'sgd', momentum: 0.9 },
  });
}

const python = pythonWith('torch');

describe('one step finds the gradients of PyTorch, of every parameter of', () => {
  let peers: Readonly<Record<string, Peer>> = {};

  beforeAll(() => {
    if ('missing' in python) return;
    const jobs = Object.entries(NETWORKS).map(([name, build]) => {
      const network = build();
      const { state } = trainingOf(network);
      const [weights, statistics] = [byName(state, 'weight'), byName(state, 'statistic')];
      return [name, { labels: network.labels, python: network.python, x: plain(network.x), weights, statistics }];
    });
    peers = runPython(python.command, SCRIPT, Object.fromEntries(jobs)) as Record<string, Peer>;
  });

  for (const [name, build] of Object.entries(NETWORKS)) {
    if ('missing' in python) {
      test.skip(`${name} (skipped: ${python.missing})`, () => undefined);
      continue;
    }
    test(name, async () => {
      const network = build();
      const run = await TrainingRun.start(trainingOf(network));
      const loss = await run.step({ x: network.x, labels: int64(network.labels) }, 1);
      const peer = peers[name]!;
      expect(loss).toBeCloseTo(peer.loss, 5);
      expect(Object.keys(peer.gradients).length).toBeGreaterThan(5);
      expect(farValues(run.state(), peer.gradients, 'sgd_momentum/')).toEqual([]);
      expect(farValues(run.state(), peer.statistics)).toEqual([]);
    });
  }
});
