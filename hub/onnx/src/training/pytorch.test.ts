import { expect, test } from 'vitest';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { int64, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork, preprocessedValue } from '../testing/dense-network.ts';
import { pythonWith, runPython } from '../testing/python.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

/** Both sides are float32 and add in different orders. */
const TOLERANCE = 1e-5;
const STEPS = 20;
const SIZES = [6, 16, 12, 4];

const SCRIPT = `
import json, sys, torch
job = json.load(sys.stdin)
torch.set_num_threads(1)
layers = [(torch.tensor(w).requires_grad_(), torch.tensor(b).requires_grad_()) for w, b in job['layers']]
parameters = [p for layer in layers for p in layer]
optimizer = torch.optim.AdamW(parameters, lr=0.01, weight_decay=job['weightDecay'])
x, labels = torch.tensor(job['rows']), torch.tensor(job['labels'])
losses = []
for _ in range(job['steps']):
    value = x
    for index, (w, b) in enumerate(layers):
        value = value @ w + b
        if index < len(layers) - 1: value = torch.relu(value)
    loss = torch.nn.functional.cross_entropy(value, labels, weight=torch.tensor(job['classWeights']))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(json.dumps({'losses': losses, 'layers': [[w.tolist(), b.tolist()] for w, b in layers]}))
`;

const python = pythonWith('torch');
const title = 'trains to the same weights as PyTorch with AdamW and class weights';

if ('missing' in python) {
  test.skip(`${title} (skipped: ${python.missing})`, () => undefined);
} else {
  test(title, async () => {
    const forward = denseNetwork({ sizes: SIZES, seed: 8 });
    const classWeights = Float32Array.of(1, 3, 0.5, 2);
    const graph = buildTrainingGraph(forward, {
      loss: { kind: 'softmax-cross-entropy', output: 'logits', classWeights },
      optimizer: { kind: 'adamw', decayed: 'all', weightDecay: 0.05 },
    });
    const constants = new Map(forward.graph.initializer.map((proto) => [proto.name, decodeTensor(proto)]));
    const matrix = (name: string, values: Float32Array, layer: number): number[][] => {
      const [inputs, outputs] = [SIZES[layer]!, SIZES[layer + 1]!];
      const isTransposed = constants.get(name)!.dims[0] === outputs && layer % 2 === 1;
      return Array.from({ length: inputs }, (_, input) =>
        Array.from(
          { length: outputs },
          (_, out) => values[isTransposed ? out * inputs + input : input * outputs + out]!,
        ),
      );
    };
    const layers = (valuesOf: (name: string) => Float32Array) =>
      SIZES.slice(1).map((_, layer) => [matrix(`w${layer}`, valuesOf(`w${layer}`), layer), [...valuesOf(`b${layer}`)]]);
    const features = randomFloat32(seededRandom(21), [32, SIZES[0]!]);
    const labels = Array.from({ length: 32 }, (_, row) => (row * 5) % 4);
    const run = await TrainingRun.start(graph);
    const losses: number[] = [];
    for (let step = 0; step < STEPS; step++) losses.push(await run.step({ features, labels: int64(labels) }, 0.01));
    const trained = run.state();
    const peer = runPython(python.command, SCRIPT, {
      layers: layers((name) => (constants.get(name) as TensorOf<'float32'>).data),
      rows: Array.from({ length: 32 }, (_, row) =>
        [...features.data.subarray(row * 6, row * 6 + 6)].map(preprocessedValue),
      ),
      ...{ labels, steps: STEPS, weightDecay: 0.05, classWeights: [...classWeights] },
    }) as { losses: number[]; layers: unknown[] };
    expect(largestDifference(losses, peer.losses)).toBeLessThan(TOLERANCE);
    expect(
      largestDifference(
        layers((name) => trained.get(name)!),
        peer.layers,
      ),
    ).toBeLessThan(TOLERANCE);
  });
}

function largestDifference(left: unknown, right: unknown): number {
  const flat = (values: unknown): number[] => (Array.isArray(values) ? values.flatMap(flat) : [Number(values)]);
  const others = flat(right);
  return Math.max(...flat(left).map((value, at) => Math.abs(value - others[at]!)));
}
