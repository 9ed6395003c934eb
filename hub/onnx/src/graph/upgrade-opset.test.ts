import { describe, expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { checkModel } from '../inspect/check-model.ts';
import { float32, int64, type TensorOf, tensor } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { realModel } from '../testing/real-models.ts';
import { GraphBuilder } from './graph-builder.ts';
import { opsetOf } from './opset.ts';
import { NEWEST_UPGRADE_OPSET, upgradeOpset } from './upgrade-opset.ts';

type Build = (graph: GraphBuilder) => string | readonly string[];

interface Case {
  readonly opset: number;
  readonly build: Build;
  /** Size of x. @default [2, 3, 4, 4] */
  readonly dims?: readonly number[];
}

/** Nodes in the form that they had in `opset`, over x. */
const CASES: Readonly<Record<string, Case>> = {
  'BatchNormalization with its spatial attribute': {
    opset: 7,
    build: (graph) => {
      const parts = [1, 2, 3, 4].map((at) => graph.constant(float32([at, at / 2, 0.5])));
      return graph.node('BatchNormalization', ['x', ...parts], { spatial: 1, epsilon: float(1e-3) });
    },
  },
  'Upsample with scales as attribute': {
    opset: 7,
    build: (graph) => graph.node('Upsample', ['x'], { scales: float([1, 1, 2, 3]), mode: 'nearest' }),
  },
  'Upsample with scales as input': {
    opset: 9,
    build: (graph) => graph.node('Upsample', ['x', graph.constant(float32([1, 1, 2, 1.5]))], { mode: 'linear' }),
  },
  'Resize without a region': {
    opset: 10,
    build: (graph) => graph.node('Resize', ['x', graph.constant(float32([1, 1, 1.5, 2]))], { mode: 'nearest' }),
  },
  'Resize that shrinks to nearest entries': {
    opset: 10,
    build: (graph) => graph.node('Resize', ['x', graph.constant(float32([1, 1, 0.75, 0.7]))], { mode: 'nearest' }),
    dims: [1, 2, 8, 9],
  },
  'Resize that grows here and shrinks there between entries': {
    opset: 10,
    build: (graph) => graph.node('Resize', ['x', graph.constant(float32([1, 1, 0.75, 2]))], { mode: 'linear' }),
  },
  'Slice with attributes': {
    opset: 9,
    build: (graph) => graph.node('Slice', ['x'], { starts: [0, 1], ends: [1, -1] }),
  },
  'Slice of some axes': {
    opset: 9,
    build: (graph) => graph.node('Slice', ['x'], { starts: [1], ends: [9], axes: [2] }),
  },
  TopK: { opset: 9, build: (graph) => graph.nodeWithOutputs(2, 'TopK', ['x'], { k: 2, axis: 3 })[0]! },
  'Clip with attributes': {
    opset: 9,
    build: (graph) => graph.node('Clip', ['x'], { min: float(-0.25), max: float(0.5) }),
  },
  'Clip with one limit': { opset: 7, build: (graph) => graph.node('Clip', ['x'], { max: float(0.5) }) },
  'Pad with a value': {
    opset: 9,
    build: (graph) => graph.node('Pad', ['x'], { pads: [0, 0, 1, 2, 0, 0, 3, 0], value: float(2.5) }),
  },
  'Pad by reflection': {
    opset: 9,
    build: (graph) => graph.node('Pad', ['x'], { pads: [0, 0, 1, 1, 0, 0, 1, 1], mode: 'reflect' }),
  },
  Scatter: {
    opset: 9,
    dims: [3, 2],
    build: (graph) => {
      const [indices, updates] = [int64([1, 0], [1, 2]), float32([7, 8], [1, 2])];
      return graph.node('Scatter', ['x', graph.constant(indices), graph.constant(updates)], { axis: 0 });
    },
  },
  Dropout: { opset: 9, build: (graph) => graph.node('Dropout', ['x'], { ratio: float(0.3) }) },
  'ReduceSum with axes': {
    opset: 11,
    build: (graph) => graph.node('ReduceSum', ['x'], { axes: [1, -1], keepdims: 0 }),
  },
  'ReduceSum of all': { opset: 11, build: (graph) => graph.node('ReduceSum', ['x']) },
  Unsqueeze: { opset: 9, build: (graph) => graph.node('Unsqueeze', ['x'], { axes: [0, 3] }) },
  Squeeze: { opset: 9, dims: [1, 3, 1], build: (graph) => graph.node('Squeeze', ['x'], { axes: [2] }) },
  'Squeeze of all': { opset: 9, dims: [1, 3, 1], build: (graph) => graph.node('Squeeze', ['x']) },
  'Split into parts': {
    opset: 11,
    dims: [4, 5],
    build: (graph) => graph.nodeWithOutputs(2, 'Split', ['x'], { axis: 1, split: [2, 3] }),
  },
  'Split into equal parts': {
    opset: 11,
    dims: [4, 6],
    build: (graph) => graph.nodeWithOutputs(3, 'Split', ['x'], { axis: 1 }),
  },
  'Softmax over several axes': { opset: 11, build: (graph) => graph.node('Softmax', ['x'], { axis: 2 }) },
  'Softmax by default': { opset: 11, build: (graph) => graph.node('Softmax', ['x']) },
  'Softmax of the last axis': { opset: 9, build: (graph) => graph.node('Softmax', ['x'], { axis: 3 }) },
  'LogSoftmax of a value of unknown rank': {
    opset: 11,
    build: (graph) => {
      const shape = graph.node('Concat', [graph.node('Shape', ['x']), graph.constant(int64([1]))], { axis: 0 });
      return graph.node('LogSoftmax', [graph.node('Reshape', ['x', shape])], { axis: 1 });
    },
  },
  RoiAlign: {
    opset: 10,
    build: (graph) => {
      const [boxes, batch] = [float32([0, 0, 3, 3], [1, 4]), int64([1])];
      return graph.node('RoiAlign', ['x', graph.constant(boxes), graph.constant(batch)], {
        ...{ output_height: 2, output_width: 2, sampling_ratio: 2 },
      });
    },
  },
  'ReduceMean with axes': { opset: 13, build: (graph) => graph.node('ReduceMean', ['x'], { axes: [2, 3] }) },
  'GridSample with its old name of linear': {
    opset: 16,
    build: (graph) => {
      const grid = randomFloat32(seededRandom(3), [2, 3, 3, 2]);
      return graph.node('GridSample', ['x', graph.constant(grid)], { mode: 'bilinear' });
    },
  },
};

describe('upgradeOpset', () => {
  for (const [name, { opset, build, dims = [2, 3, 4, 4] }] of Object.entries(CASES)) {
    test(`keeps what ${name} computes`, async () => {
      const graph = new GraphBuilder({ opset });
      graph.input('x', 'float32', dims);
      for (const value of [build(graph)].flat()) graph.output(value, 'float32');
      const model = graph.build();
      const feeds = { x: randomFloat32(seededRandom(1), dims) };
      const before = await (await ortSession(model)).run(feeds);
      for (const newer of [17, NEWEST_UPGRADE_OPSET]) {
        const upgraded = upgradeOpset(model, newer);
        expect(opsetOf(upgraded)).toBe(newer);
        expect(checkModel(upgraded)).toEqual([]);
        expect(await (await ortSession(upgraded)).run(feeds)).toEqual(before);
      }
    });
  }

  test('rewrites graphs inside nodes', async () => {
    const graph = new GraphBuilder({ opset: 11 });
    graph.input('x', 'float32', [2, 3]);
    graph.input('flag', 'bool', []);
    const branch = (name: string, axis: number) => {
      const inner = graph.inner(name);
      return inner.output(inner.node('ReduceSum', ['x'], { axes: [axis], keepdims: 0 }), 'float32').graph();
    };
    const attributes = { then_branch: branch('then', 0), else_branch: branch('else', 1) };
    graph.output(graph.node('If', ['flag'], attributes, { outputs: ['y'] }), 'float32');
    const upgraded = upgradeOpset(graph.build(), 17);
    const session = await ortSession(upgraded);
    const x = float32([1, 2, 3, 4, 5, 6], [2, 3]);
    const sums = async (flag: number) => {
      const outputs = await session.run({ x, flag: tensor('bool', [], Uint8Array.of(flag)) as never });
      return [...(outputs['y'] as TensorOf<'float32'>).data];
    };
    expect(await sums(1)).toEqual([5, 7, 9]);
    expect(await sums(0)).toEqual([6, 15]);
  });

  test('leaves a newer model as it is', () => {
    const model = new GraphBuilder({ opset: 18 }).build();
    expect(upgradeOpset(model, 17)).toBe(model);
  });

  test('refuses what has no newer form, with the node', () => {
    const graph = new GraphBuilder({ opset: 7 });
    graph.input('x', 'float32', [1, 2, 2]);
    const parts = [1, 2, 3, 4].map(() => graph.constant(float32(new Float32Array(4).fill(1), [2, 2])));
    graph.node('BatchNormalization', ['x', ...parts], { spatial: 0 }, { name: 'norm', outputs: ['y'] });
    graph.output('y', 'float32', [1, 2, 2]);
    expect(() => upgradeOpset(graph.build(), 17)).toThrow(
      expect.objectContaining({ code: 'OPSET_UNSUPPORTED', place: { node: 'norm', operator: 'BatchNormalization' } }),
    );
    const training = new GraphBuilder({ opset: 9 });
    training.input('x', 'float32', [1, 2, 2]);
    const vectors = [1, 2, 3, 4].map(() => training.constant(float32([1, 1])));
    training.nodeWithOutputs(5, 'BatchNormalization', ['x', ...vectors]);
    expect(() => upgradeOpset(training.build(), 17)).toThrow(/must have one output, outside of training/);
    expect(() => upgradeOpset(new GraphBuilder({ opset: 6 }).build(), 17)).toThrow(/between 7 and 21/);
    for (const scales of ['scales', [1, 1, 0.5, 2]] as const) {
      const resized = new GraphBuilder({ opset: 10 });
      resized.input('x', 'float32', [1, 1, 4, 4]);
      resized.input('scales', 'float32', [4]);
      resized.node('Resize', ['x', scales === 'scales' ? scales : resized.constant(float32(scales))]);
      expect(() => upgradeOpset(resized.build(), 17)).toThrow(/must have known scales of which none grows/);
    }
  });
});

describe('real models of old operator sets compute the same after the upgrade:', () => {
  const images = {
    'text-direction': [1, 3, 48, 192],
    'text-recognition': [1, 3, 48, 64],
    'text-detection': [1, 3, 64, 64],
  } as const;
  for (const [name, dims] of Object.entries(images)) {
    test(name, async () => {
      const model = realModel(name as keyof typeof images);
      const feeds = { [model.graph.input[0]?.name ?? '']: randomFloat32(seededRandom(2), dims) };
      const before = await (await ortSession(model)).run(feeds);
      const after = await (await ortSession(upgradeOpset(model, 17))).run(feeds);
      expect(Object.keys(after)).toEqual(Object.keys(before));
      for (const [output, value] of Object.entries(before)) {
        const [left, right] = [value, after[output]] as TensorOf<'float32'>[];
        expect(right?.dims).toEqual(left?.dims);
        // ONNX Runtime may fuse other nodes in another version; measured: 0.
        const differences = [...left!.data].map((entry, at) => Math.abs(entry - right!.data[at]!));
        expect(Math.max(...differences)).toBeLessThan(1e-5);
      }
    });
  }
});
