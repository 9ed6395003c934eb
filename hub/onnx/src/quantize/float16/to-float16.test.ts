import { describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { writeModel } from '../../format/write-model.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { checkTypes } from '../../inspect/check-types.ts';
import { modelStats } from '../../inspect/model-stats.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { decodeTensor } from '../../tensor/decode-tensor.ts';
import { fromFloat16Bits } from '../../tensor/float16.ts';
import { float32, int64, scalar, type TensorOf, tensor } from '../../tensor/tensor.ts';
import { denseNetwork } from '../../testing/dense-network.ts';
import { depthwiseClassifier } from '../../testing/networks/depthwise-classifier.ts';
import { imageClassifier } from '../../testing/networks/image-classifier.ts';
import { textClassifier } from '../../testing/networks/text-classifier.ts';
import { transformerClassifier } from '../../testing/networks/transformer-classifier.ts';
import { OFFICIAL_CHECKER, officialFaults } from '../../testing/official-checker.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { IMAGE_DIMS, randomGraph } from '../../testing/random-graph.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { type RealModelName, realModel } from '../../testing/real-models.ts';
import { planFloat16 } from './float16-plan.ts';
import { halfRole, SENSITIVE_OPERATORS } from './half-operators.ts';
import { toFloat16 } from './to-float16.ts';

type Feeds = Parameters<Awaited<ReturnType<typeof ortSession>>['run']>[0];

/** Eleven bits round by 5e-4 of each number; a few layers add up to ten times as much of the largest one. */
const ROUNDING = 0.005;

/** Largest difference of the outputs, relative to the largest entry of each where that is above 1. */
async function shift(model: Model, small: Model, feeds: Feeds): Promise<number> {
  expect(checkModel(small)).toEqual([]);
  expect(checkTypes(small)).toEqual([]);
  expect([small.graph.input, small.graph.output]).toEqual([model.graph.input, model.graph.output]);
  const [before, after] = [await (await ortSession(model)).run(feeds), await (await ortSession(small)).run(feeds)];
  const shifts = Object.entries(before).map(([name, value]) => {
    const [left, right] = [value, after[name]!] as [TensorOf<'float32'>, TensorOf<'float32'>];
    expect([right.type, right.dims]).toEqual([left.type, left.dims]);
    const largest = left.data.reduce((most, entry) => Math.max(most, Math.abs(Number(entry))), 1);
    return (
      left.data.reduce((most, entry, at) => Math.max(most, Math.abs(Number(entry) - Number(right.data[at]!))), 0) /
      largest
    );
  });
  return Math.max(...shifts);
}

/** Operators that read or write float16, each once. */
function halfOperators(model: Model): string[] {
  const types = inferTypes(model);
  const isHalf = (name: string): boolean => types.typeOf(name).type === 'float16';
  const half = model.graph.node.filter(
    ({ input, output, opType }) => opType !== 'Cast' && [...input, ...output].some(isHalf),
  );
  return [...new Set(half.map(({ opType }) => opType ?? ''))].sort();
}

describe('toFloat16', () => {
  const networks = {
    image: imageClassifier(),
    depthwise: depthwiseClassifier(),
    text: textClassifier(),
    transformer: transformerClassifier(),
  };
  test.each(Object.entries(networks))('keeps what the %s network says', async (_, { model, x }) => {
    expect(await shift(model, toFloat16(model), { x })).toBeLessThan(ROUNDING);
  });

  const real: Readonly<Partial<Record<RealModelName, Feeds>>> = {
    'text-detection': { x: randomFloat32(seededRandom(1), [1, 3, 64, 96]) },
    'text-recognition': { x: randomFloat32(seededRandom(2), [2, 3, 48, 80]) },
    'text-direction': { x: randomFloat32(seededRandom(3), [2, 3, 48, 192]) },
    voice: {
      input: randomFloat32(seededRandom(4), [1, 512], 0.3),
      state: randomFloat32(seededRandom(5), [2, 1, 128], 0.3),
      sr: int64([16000], []),
    },
  };
  test.each(Object.entries(real))(
    'makes about half of the %s model, which ONNX Runtime loads and which says the same',
    async (name, feeds) => {
      const model = realModel(name as RealModelName);
      const small = toFloat16(model);
      // Forty layers one behind the other.
      expect(await shift(model, small, feeds)).toBeLessThan(0.03);
      // Weights inside of the branches of an If stay as they are.
      const limit = name === 'voice' ? 1.001 : 0.57;
      expect(writeModel(small).length / writeModel(model).length).toBeLessThan(limit);
    },
  );

  test('leaves raw features and what prepares them in float32', async () => {
    const model = denseNetwork({ sizes: [5, 40, 30, 3] });
    const small = toFloat16(model);
    expect(halfOperators(small)).toEqual(['Gemm', 'Relu']);
    const features = float32([100_000, -1e6, Number.NaN, 0.1, 3, 0.2, 0.3, 0.4, 0.5, 0.6], [2, 5]);
    expect(await shift(model, small, { features })).toBeLessThan(ROUNDING);
    // One Cast into half precision and one out of it.
    expect(modelStats(small).operators['Cast']).toBe(2);
  });

  test('stores embeddings in float16 and looks up in them', () => {
    const small = toFloat16(textClassifier().model);
    expect(halfOperators(small)).toEqual(expect.arrayContaining(['Conv', 'Gather', 'Gemm', 'Relu', 'Transpose']));
    // The weights of the LSTM, which stays float32, are cast where they are read.
    expect(halfOperators(small)).not.toContain('LSTM');
    const stored = small.graph.initializer.filter(
      ({ dims }) => dims.reduce((size, dim) => size * Number(dim), 1) >= 128,
    );
    expect(stored.map((proto) => decodeTensor(proto).type)).not.toContain('float32');
  });

  test('tells why nodes stay float32', () => {
    const graph = new GraphBuilder();
    const random = seededRandom(6);
    graph.input('x', 'float32', ['n', 4]);
    const weight = graph.initializer('w', randomFloat32(random, [4, 4]));
    const large = graph.initializer('large', float32(new Float32Array(16).fill(70_000), [4, 4]));
    const first = graph.node('MatMul', ['x', weight], {}, { name: 'first' });
    const named = graph.node('MatMul', [first, weight], {}, { name: 'named' });
    const beyond = graph.node('MatMul', [first, large], {}, { name: 'beyond' });
    const factor = graph.node('Mul', [first, graph.constant(scalar(1e-7))], {}, { name: 'factor' });
    const sum = graph.node('Sum', [named, beyond, factor], {}, { name: 'sum' });
    const softmax = graph.node('Softmax', [first], {}, { name: 'softmax' });
    graph.output(sum, 'float32', ['n', 4]);
    const foreign = graph.node('Trilu', [softmax], {}, { name: 'foreign' });
    graph.output(foreign, 'float32', ['n', 4]);
    const plan = planFloat16(graph.build(), { exclude: ['named'] });
    expect(plan.half.map(({ name }) => name)).toEqual(['first']);
    expect(plan.kept.map(({ name, reason }) => [name, reason])).toEqual([
      ['named', 'excluded'],
      ['beyond', 'beyond-float16'],
      ['factor', 'beyond-float16'],
      ['softmax', 'sensitive'],
      ['foreign', 'operator-unsupported'],
    ]);
  });

  test('gives graphs of any operators with fitting types, which ONNX Runtime loads', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const model = randomGraph(seed, 12, seed % 2 === 0);
      const image = randomFloat32(seededRandom(seed), IMAGE_DIMS);
      for (const keepFloat32 of [undefined, []]) {
        const small = toFloat16(model, keepFloat32 ? { keepFloat32 } : {});
        // Dozens of roundings, through functions that make more of them.
        expect(await shift(model, small, { image }), `seed ${seed}`).toBeLessThan(0.1);
      }
    }
  });

  test('takes the list of operators that stay float32 from the caller', () => {
    const { model } = transformerClassifier();
    expect(halfOperators(toFloat16(model))).not.toContain('Softmax');
    expect(halfOperators(toFloat16(model, { keepFloat32: [] }))).toEqual(
      expect.arrayContaining(['LayerNormalization', 'Softmax']),
    );
    expect(halfOperators(toFloat16(model, { keepFloat32: ['MatMul', 'Gemm', 'Gather'] }))).toEqual([]);
  });

  test('keeps all of a graph whose every operator may be float16', async () => {
    const { model, x } = transformerClassifier();
    expect(await shift(model, toFloat16(model, { keepFloat32: [] }), { x })).toBeLessThan(0.01);
  });

  test('cuts masks and bounds to the largest number, keeps infinities, and rounds no small divisor to zero', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', 4]);
    const product = graph.node('MatMul', ['x', graph.initializer('w', randomFloat32(seededRandom(7), [4, 4]))]);
    const masked = graph.node('Add', [product, graph.initializer('mask', float32([0, -1e9, 0, -3.4e38]))]);
    const hidden = graph.node('Where', [
      graph.constant(tensor('bool', [4], Uint8Array.of(1, 1, 0, 1))),
      masked,
      graph.initializer('never', scalar(Number.NEGATIVE_INFINITY)),
    ]);
    const safe = graph.node('Add', [graph.node('Relu', [product]), graph.initializer('tiny', scalar(1e-12))]);
    graph.output(graph.node('Softmax', [hidden]), 'float32', ['n', 4]);
    graph.output(graph.node('Div', [safe, safe]), 'float32', ['n', 4]);
    const model = graph.build();
    const small = toFloat16(model);
    const halfOf = (name: string): number[] =>
      [
        ...(decodeTensor(small.graph.initializer.find((entry) => entry.name === `${name}_float16`)!)
          .data as Uint16Array),
      ].map(fromFloat16Bits);
    expect(halfOf('mask')).toEqual([0, -65504, 0, -65504]);
    expect(halfOf('never')).toEqual([Number.NEGATIVE_INFINITY]);
    expect(halfOf('tiny')).toEqual([2 ** -24]);
    expect(await shift(model, small, { x: randomFloat32(seededRandom(8), [3, 4]) })).toBeLessThan(ROUNDING);
  });

  test('gives graphs inside of nodes the float32 values that they read', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', 16]);
    graph.input('c', 'bool', []);
    const weight = graph.initializer('w', randomFloat32(seededRandom(9), [16, 16]));
    const outer = graph.node('MatMul', ['x', weight], {}, { outputs: ['outer'] });
    const branches = ['Neg', 'Abs'].map((operator) => {
      const inner = graph.inner('branch');
      // Reads an activation and a constant from outside.
      inner.output(inner.node('MatMul', [inner.node(operator, [outer]), weight]), 'float32', ['n', 16]);
      return inner.graph();
    });
    const chosen = graph.node('If', ['c'], { then_branch: branches[0]!, else_branch: branches[1]! });
    graph.output(graph.node('MatMul', [graph.node('Add', [chosen, outer]), weight]), 'float32', ['n', 16]);
    const model = graph.build();
    const small = toFloat16(model);
    expect(small.graph.node.find(({ opType }) => opType === 'If')!.attribute).toEqual(
      model.graph.node.find(({ opType }) => opType === 'If')!.attribute,
    );
    const x = randomFloat32(seededRandom(10), [2, 16]);
    for (const c of [0, 1]) {
      const feeds = { x, c: tensor('bool', [], Uint8Array.of(c)) } as unknown as Feeds;
      expect(await shift(model, small, feeds)).toBeLessThan(ROUNDING);
    }
  });

  test.each([7, 9, 11, 12])('upgrades operator set %i', async (opset) => {
    const graph = new GraphBuilder({ opset });
    graph.input('x', 'float32', ['n', 4]);
    const product = graph.node('MatMul', ['x', graph.initializer('w', randomFloat32(seededRandom(11), [4, 3]))]);
    const wide = graph.node('Unsqueeze', [product], { axes: [1] });
    graph.output(graph.node('Squeeze', [wide], { axes: [1] }), 'float32', ['n', 3]);
    const model = graph.build();
    const small = toFloat16(model);
    expect(halfOperators(small)).toEqual(['MatMul', 'Squeeze', 'Unsqueeze']);
    expect(await shift(model, small, { x: randomFloat32(seededRandom(12), [3, 4]) })).toBeLessThan(ROUNDING);
  });

  test('leaves constants that callers may replace as they are', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['n', 4]);
    graph.input('w', 'float32', [4, 4]);
    const model = graph.output(graph.node('MatMul', ['x', 'w'], {}, { outputs: ['y'] }), 'float32', ['n', 4]).build();
    const defaults = new GraphBuilder();
    defaults.initializer('w', randomFloat32(seededRandom(13), [4, 4]));
    const withDefault = { ...model.graph, initializer: defaults.build().graph.initializer };
    const overridable = Object.assign(Object.create(Object.getPrototypeOf(model)), model, {
      graph: Object.assign(Object.create(Object.getPrototypeOf(model.graph)), withDefault),
    }) as Model;
    const small = toFloat16(overridable);
    expect(small.graph.initializer.map(({ name }) => name)).toEqual(['w']);
    const w = randomFloat32(seededRandom(14), [4, 4]);
    expect(await shift(overridable, small, { x: randomFloat32(seededRandom(15), [3, 4]), w })).toBeLessThan(ROUNDING);
  });

  const title = "passes ONNX's own checker";
  if ('missing' in OFFICIAL_CHECKER) {
    test.skip(`${title} (skipped: ${OFFICIAL_CHECKER.missing})`, () => undefined);
  } else {
    test(title, () => {
      const models = [denseNetwork({ sizes: [5, 40, 3] }), imageClassifier().model, textClassifier().model];
      const ocr = realModel('text-direction');
      expect(officialFaults([...models, ocr].map((model) => toFloat16(model)))).toEqual([]);
    });
  }
});

test('every operator on the list of sensitive ones has a form in half precision, but Resize, whose scales are float32', () => {
  expect(SENSITIVE_OPERATORS.filter((operator) => halfRole(operator) === undefined)).toEqual(['Resize']);
});
