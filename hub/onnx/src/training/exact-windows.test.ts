import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import { withExactWindows } from './exact-windows.ts';

const LENGTH = 5;
const WINDOWS = { kernel_shape: [2], strides: [2], pads: [1, 1], ceil_mode: 1 };
const CASES = [
  ['MaxPool', WINDOWS],
  ['AveragePool', WINDOWS],
  ['AveragePool', { ...WINDOWS, count_include_pad: 1 }],
  ['AveragePool', { kernel_shape: [1], strides: [3], ceil_mode: 1 }],
  ['MaxPool', { kernel_shape: [3], strides: [2], ceil_mode: 1 }],
] as const;

describe.each(CASES)('%s in ceil mode with %j', (operator, attributes) => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2, LENGTH]);
  const pooled = graph.node(operator, ['x'], attributes);
  const kernel = graph.initializer('w', randomFloat32(seededRandom(2), [1, 2, 1]));
  const output = graph.node('Conv', [graph.node('Mul', [pooled, pooled]), kernel]);
  const model = graph.output(output, 'float32').build();
  const x = randomFloat32(seededRandom(1), [3, 2, LENGTH]);

  test('computes the same when it is written with paddings', async () => {
    const expected = (await (await ortSession(model)).run({ x }))[output];
    expect((await (await ortSession(withExactWindows(model))).run({ x }))[output]).toEqual(expected);
  });

  test('can stand in a graph that trains', async () => {
    const { dims } = (await (await ortSession(model)).run({ x }))[output]!;
    const loss = { kind: 'mean-squared-error', output } as const;
    const run = await TrainingRun.start(buildTrainingGraph(model, { loss, optimizer: { kind: 'sgd' } }));
    const feeds = { x, labels: randomFloat32(seededRandom(3), dims) };
    const first = await run.step(feeds, 0.1);
    expect(await run.step(feeds, 0.1)).toBeLessThan(first);
  });
});

test('poolings whose windows all start in the data stay as they are', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2, 7]);
  const model = graph.output(graph.node('MaxPool', ['x'], CASES[4][1]), 'float32').build();
  expect(withExactWindows(model)).toEqual(model);
});
