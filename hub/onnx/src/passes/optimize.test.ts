import fc from 'fast-check';
import Long from 'long';
import { describe, expect, test } from 'vitest';
import { newModel, withFields, withGraph } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { toValueInfo } from '../graph/value-type.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { IMAGE_DIMS, randomGraph } from '../testing/random-graph.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { type RealModelName, realModel } from '../testing/real-models.ts';
import { expectSameOutputs } from '../testing/same-outputs.ts';
import { DEFAULT_PASSES, optimize } from './optimize.ts';
import { removeDead } from './remove-dead.ts';

/** Rounding of weights once more, through up to 14 steps; a wrong pass is off by far more. */
const ROUNDING = 2e-5;
/** Networks of dozens of layers; differences of 1e-6 were seen. */
const ROUNDING_OF_NETWORKS = 1e-5;

const random = seededRandom(2);

type Feeds = Parameters<typeof expectSameOutputs>[2];

function voice(rate: number, samples: number): Feeds {
  const sr = int64([rate], []);
  return { input: randomFloat32(random, [1, samples], 0.1), sr, state: randomFloat32(random, [2, 1, 128], 0.1) };
}

function legacyVoice(rate: number, samples: number): Feeds {
  const [h, c] = [randomFloat32(random, [2, 1, 64], 0.1), randomFloat32(random, [2, 1, 64], 0.1)];
  return { input: randomFloat32(random, [1, samples], 0.1), sr: int64([rate], []), h, c };
}

/** Most nodes that may be left of a real model, and what it is fed with. */
const REAL: Readonly<Record<RealModelName, readonly [nodes: number, feeds: readonly Feeds[]]>> = {
  'text-detection': [269, [{ x: randomFloat32(random, [1, 3, 64, 96]) }, { x: randomFloat32(random, [2, 3, 32, 32]) }]],
  'text-recognition': [
    358,
    [{ x: randomFloat32(random, [2, 3, 48, 80]) }, { x: randomFloat32(random, [1, 3, 48, 160]) }],
  ],
  'text-direction': [180, [{ x: randomFloat32(random, [3, 3, 48, 192]) }]],
  'voice-legacy': [150, [legacyVoice(16000, 512), legacyVoice(8000, 256)]],
  voice: [154, [voice(16000, 512), voice(8000, 256)]],
};

describe('optimize', () => {
  for (const [name, [nodes, feeds]] of Object.entries(REAL)) {
    test(`keeps the outputs of the ${name} model with at most ${nodes} nodes`, async () => {
      const model = realModel(name as RealModelName);
      const { model: optimized, reports } = optimize(model);
      expect(allNodes(optimized.graph.node).length).toBeLessThanOrEqual(nodes);
      expect(reports[0]?.nodesBefore).toBe(allNodes(model.graph.node).length);
      for (const feed of feeds) await expectSameOutputs(model, optimized, feed, ROUNDING_OF_NETWORKS);
    });
  }

  for (const isOpen of [true, false]) {
    test(`keeps the outputs of any graph whose batch is ${isOpen ? 'open' : 'known'}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(1_000_000), fc.integer({ min: 3, max: 14 }), async (seed, steps) => {
          const model = randomGraph(seed, steps, isOpen);
          const feeds = { image: randomFloat32(seededRandom(seed), IMAGE_DIMS) };
          const { model: optimized } = optimize(model);
          expect(allNodes(optimized.graph.node).length).toBeLessThanOrEqual(allNodes(model.graph.node).length);
          await expectSameOutputs(model, optimized, feeds, ROUNDING);
          // Written and read again, it is the same model.
          expect(writeModel(readModel(writeModel(optimized)))).toEqual(writeModel(optimized));
        }),
        { seed: 21, numRuns: 50 },
      );
    });
  }

  test('does nothing to a model that has nothing to do', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    graph.output(graph.node('Relu', ['x'], {}, { outputs: ['y'] }), 'float32', [2]);
    const model = graph.build();
    expect(optimize(model)).toEqual({ model, reports: [] });
    expect(optimize(model).model).toBe(model);
  });

  test('applies only the passes that are asked for', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    graph.node('Exp', ['x']);
    graph.output(graph.node('Identity', ['x'], {}, { outputs: ['y'] }), 'float32', [2]);
    const { reports } = optimize(graph.build(), [removeDead]);
    expect(reports.map(({ pass, changes }) => [pass, changes])).toEqual([['remove-dead', ['exp (Exp) was not used']]]);
    expect(DEFAULT_PASSES).toHaveLength(10);
  });

  test('keeps the names and the number of inputs, also of those that nothing reads', () => {
    const graph = new GraphBuilder();
    graph.input('unused', 'float32', [2]);
    graph.input('x', 'float32', [2]);
    graph.output(graph.node('Identity', [graph.node('Relu', ['x'])], {}, { outputs: ['y'] }), 'float32', [2]);
    const { model } = optimize(graph.build());
    expect(model.graph.input.map(({ name }) => name)).toEqual(['unused', 'x']);
    expect(model.graph.node.map(({ output }) => output)).toEqual([['y']]);
  });

  test('leaves defaults of inputs to the caller', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    graph.initializer('c', float32([1, 2]));
    const doubled = graph.node('Add', ['c', 'c']);
    graph.output(graph.node('Mul', ['x', doubled], {}, { outputs: ['y'] }), 'float32', [2]);
    const closed = graph.build();
    const input = [...closed.graph.input, toValueInfo('c', { type: 'float32', dims: [2] })];
    const { model } = optimize(withGraph(closed, { input }));
    expect(model.graph.node).toHaveLength(2);
    await expectSameOutputs(withGraph(closed, { input }), model, { x: float32([1, 1]), c: float32([5, 6]) }, 0);
  });

  test('brings a file of the first IR versions, whose constants are all inputs, to one that may have others', async () => {
    const graph = new GraphBuilder({ opset: 8 });
    graph.input('x', 'float32', [2]);
    graph.initializer('c', float32([1, 2]));
    const doubled = graph.node('Add', ['c', 'c']);
    graph.output(graph.node('Mul', ['x', doubled], {}, { outputs: ['y'] }), 'float32', [2]);
    const built = graph.build();
    const input = [...built.graph.input, toValueInfo('c', { type: 'float32', dims: [2] })];
    const old = withFields(newModel(withGraph(built, { input })), { irVersion: Long.fromInt(3) });
    const { model } = optimize(old);
    expect(model.graph.node).toHaveLength(1);
    expect(model.graph.input.map(({ name }) => name)).toEqual(['x']);
    await expectSameOutputs(old, model, { x: float32([3, 4]) }, 0);
  });
});
