import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

const ROWS = 3;
const CHANNELS = 3;
const LENGTH = 37;
const ENTRIES = ROWS * CHANNELS * LENGTH;
const STEPS = 4;

type First = (graph: GraphBuilder, perChannel: (value: number) => string) => string;

/** What reads the input first. */
const FIRST: Readonly<Record<string, First>> = {
  'a batch normalization': (graph, perChannel) => {
    return graph.node('BatchNormalization', ['x', ...[1, 0, 0, 1].map(perChannel)]);
  },
  'an instance normalization behind a reshape': (graph, perChannel) => {
    const same = graph.node('Reshape', ['x', graph.constant(int64([0, CHANNELS, LENGTH]))]);
    return graph.node('InstanceNormalization', [same, perChannel(1), perChannel(0)], { epsilon: float(1e-3) });
  },
  'a mean': (graph) => graph.node('Sub', ['x', graph.node('ReduceMean', ['x', graph.constant(int64([2]))])]),
};

function networkOf(first: First): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', CHANNELS, LENGTH]);
  const value = first(graph, (entry) => graph.constant(float32(new Float32Array(CHANNELS).fill(entry))));
  const kernel = graph.initializer('w', randomFloat32(seededRandom(5), [CHANNELS * LENGTH, 2]));
  graph.node('MatMul', [graph.node('Flatten', [value]), kernel], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 2]).build();
}

/** The values in memory that starts `shift` entries behind a boundary of 16 bytes. */
function shifted(values: Float32Array, shift: number): Float32Array {
  const memory = new Float32Array(values.length + 64);
  memory.set(values, shift);
  return memory.subarray(shift, shift + values.length);
}

const x = randomFloat32(seededRandom(6), [STEPS, ROWS, CHANNELS, LENGTH]);
const labels = randomFloat32(seededRandom(7), [STEPS, ROWS, 2]);

async function stepByStep(model: Model, shift: number): Promise<Map<string, Float32Array>> {
  const run = await TrainingRun.start(buildTrainingGraph(model, OPTIONS));
  for (let step = 0; step < STEPS; step++) {
    const batch = shifted(x.data.subarray(step * ENTRIES, (step + 1) * ENTRIES), shift);
    const own = labels.data.slice(step * ROWS * 2, (step + 1) * ROWS * 2);
    await run.step({ x: float32(batch, [ROWS, CHANNELS, LENGTH]), labels: float32(own, [ROWS, 2]) }, 0.1);
  }
  return run.state();
}

const OPTIONS = { loss: { kind: 'mean-squared-error', output: 'y' }, optimizer: { kind: 'sgd' } } as const;

describe.each(Object.entries(FIRST))('the bits of training whose input is read by %s', (_, first) => {
  test('do not depend on where the arrays of a batch lie', async () => {
    const aligned = await stepByStep(networkOf(first), 0);
    for (const shift of [1, 2, 3]) expect(await stepByStep(networkOf(first), shift)).toEqual(aligned);
  });

  test('are those of single steps where a run makes several', async () => {
    const graph = buildTrainingGraph(networkOf(first), { ...OPTIONS, stepsPerRun: STEPS });
    const run = await TrainingRun.start(graph);
    await run.steps(
      { x, labels },
      Array.from({ length: STEPS }, () => 0.1),
    );
    expect(run.state()).toEqual(await stepByStep(networkOf(first), 0));
  });
});
