import { beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../format/messages.ts';
import { writeModel } from '../format/write-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { checkModel } from '../inspect/check-model.ts';
import { modelStats } from '../inspect/model-stats.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, type TensorOf } from '../tensor/tensor.ts';
import { minMaxRanges } from '../testing/calibration.ts';
import { optimizedOperators } from '../testing/optimized-operators.ts';
import { ortSession } from '../testing/ort-session.ts';
import { pythonWith, runPython } from '../testing/python.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import {
  accuracy,
  clusteredRows,
  probabilitiesOf,
  type TrainedNetwork,
  trainedNetwork,
} from '../testing/trained-network.ts';
import { dynamicQuantize } from './dynamic/dynamic-quantize.ts';
import { float16Weights } from './float16/float16-weights.ts';
import { exposeActivations } from './plan/expose-activations.ts';
import { planQuantization } from './plan/quantization-plan.ts';
import type { ValueRange } from './static/activation-quantization.ts';
import { staticQuantize } from './static/static-quantize.ts';

const INNER = [384, 384];

/** Probabilities of the trained network may move by this much; 8 bits leave about 1/255 per layer. */
const LARGEST_SHIFT: Readonly<Record<string, number>> = { static: 0.1, reduced: 0.15, dynamic: 0.1, float16: 0.005 };
const LARGEST_ACCURACY_DROP = 0.01;
const LARGEST_SIZE: Readonly<Record<string, number>> = { static: 0.27, reduced: 0.27, dynamic: 0.27, float16: 0.52 };

let network: TrainedNetwork;
let ranges: Map<string, ValueRange>;
let forms: Record<string, Model>;

beforeAll(async () => {
  network = await trainedNetwork(INNER);
  ranges = await minMaxRanges(network.model, clusteredRows(256, 1).features);
  forms = {
    static: staticQuantize(network.model, ranges),
    reduced: staticQuantize(network.model, ranges, { reduceRange: true }),
    dynamic: dynamicQuantize(network.model),
    float16: float16Weights(network.model),
  };
});

describe.each(['static', 'reduced', 'dynamic', 'float16'])('the %s form of a trained network', (form) => {
  test('keeps accuracy and probabilities', async () => {
    const { labels } = network.heldOut;
    const float = await probabilitiesOf(network.model, network.heldOut);
    const integer = await probabilitiesOf(forms[form]!, network.heldOut);
    expect(accuracy(float, labels)).toBeGreaterThan(0.9);
    expect(accuracy(float, labels) - accuracy(integer, labels)).toBeLessThanOrEqual(LARGEST_ACCURACY_DROP);
    expect(Math.max(...float.map((value, at) => Math.abs(value - integer[at]!)))).toBeLessThan(LARGEST_SHIFT[form]!);
  });

  test('is small enough', () => {
    const ratio = writeModel(forms[form]!).length / writeModel(network.model).length;
    expect(ratio).toBeLessThan(LARGEST_SIZE[form]!);
  });

  test('has no structural fault and the same inputs and outputs', () => {
    expect(checkModel(forms[form]!)).toEqual([]);
    const [before, after] = [modelStats(network.model), modelStats(forms[form]!)];
    expect([after.inputs, after.outputs]).toEqual([before.inputs, before.outputs]);
  });

  const python = pythonWith('onnx');
  const title = "passes ONNX's own checker";
  if ('missing' in python) {
    test.skip(`${title} (skipped: ${python.missing})`, () => undefined);
  } else {
    test(title, () => {
      const script =
        'import base64, json, sys, onnx\n' +
        'model = onnx.load_from_string(base64.b64decode(json.load(sys.stdin)))\n' +
        // Older releases of the package know no newer IR than their own, which says nothing about the graph.
        'model.ir_version = min(model.ir_version, onnx.IR_VERSION)\n' +
        'known = onnx.defs.onnx_opset_version()\n' +
        'for entry in model.opset_import: entry.version = min(entry.version, known) if entry.domain == "" else entry.version\n' +
        'onnx.checker.check_model(model)\nprint("true")';
      expect(runPython(python.command, script, Buffer.from(writeModel(forms[form]!)).toString('base64'))).toBe(true);
    });
  }
});

describe('ONNX Runtime runs as integer kernels', () => {
  test('every layer of the static form', async () => {
    expect(await optimizedOperators(forms['static']!)).toMatchObject({ QGemm: 3, QuantizeLinear: 1 });
    expect(await optimizedOperators(forms['static']!)).not.toHaveProperty('DequantizeLinear');
  });

  test('every layer of the dynamic form', async () => {
    expect(await optimizedOperators(forms['dynamic']!)).toMatchObject({ DynamicQuantizeMatMul: 3 });
  });
});

describe('staticQuantize', () => {
  test('leaves preprocessing in float and folds every ReLU, and the Clip before the first layer', () => {
    const { operators } = modelStats(forms['static']!);
    expect(operators['Relu']).toBeUndefined();
    expect(operators['Clip']).toBeUndefined();
    expect(operators['QuantizeLinear']).toBe(3);
    expect(operators['DequantizeLinear']).toBe(3 + 3 + 3);
    expect(operators).toMatchObject({ Where: 1, Sub: 1, Div: 1, Softmax: 1 });
  });

  test('gives zero-point 0 behind ReLU, also when the range says otherwise', () => {
    const wrong = new Map([...ranges].map(([name, { max }]) => [name, { min: -1, max }]));
    const model = staticQuantize(network.model, wrong);
    const constants = new Map(model.graph.initializer.map((proto) => [proto.name, proto]));
    const zeroPoints = model.graph.node
      .filter(({ opType }) => opType === 'QuantizeLinear')
      .map((node) => decodeTensor(constants.get(node.input[2]!)!).data[0]);
    expect(zeroPoints.map((point) => point === 0)).toEqual([false, true, true]);
  });

  test('keeps excluded nodes in float', async () => {
    const model = staticQuantize(network.model, ranges, { exclude: ['dense0', 'dense2'] });
    // What dense1 reads, and its Relu.
    expect(modelStats(model).operators['QuantizeLinear']).toBe(2);
    // ONNX Runtime would fuse the product with a float Relu, and unpack the weights in every run.
    expect(await optimizedOperators(model)).toMatchObject({ QGemm: 1 });
    const kept = model.graph.initializer.map(({ name }) => name);
    expect(kept).toEqual(expect.arrayContaining(['w0', 'b0', 'w2', 'b2']));
    expect(kept).not.toContain('w1');
    const probabilities = await probabilitiesOf(model, network.heldOut);
    expect(accuracy(probabilities, network.heldOut.labels)).toBeGreaterThan(0.9);
  });

  test('names the value whose range is missing', () => {
    const [first = ''] = planQuantization(network.model).activations;
    const partial = new Map([...ranges].filter(([name]) => name !== first));
    expect(() => staticQuantize(network.model, partial)).toThrow(
      expect.objectContaining({ code: 'RANGE_MISSING', place: { value: first } }),
    );
  });

  test('keeps the float form of a ReLU that is also an output or feeds other nodes', async () => {
    const random = seededRandom(12);
    const graph = new GraphBuilder();
    graph.input('features', 'float32', ['n', 4]);
    graph.initializer('w', randomFloat32(random, [4, 6]));
    graph.initializer('v', randomFloat32(random, [6, 6]));
    const hidden = graph.node('Relu', [graph.node('MatMul', ['features', 'w'])], {}, { outputs: ['hidden'] });
    const next = graph.node('MatMul', [hidden, 'v']);
    graph.output(graph.node('Add', [graph.node('Sigmoid', [hidden]), next]), 'float32', ['n', 6]);
    graph.output(hidden, 'float32', ['n', 6]);
    const model = graph.build();
    const features = randomFloat32(random, [32, 4]);
    const quantized = staticQuantize(model, await minMaxRanges(model, features));
    const [float, integer] = [
      await (await ortSession(model)).run({ features }),
      await (await ortSession(quantized)).run({ features }),
    ];
    for (const [name, value] of Object.entries(float))
      expectClose(value as TensorOf<'float32'>, integer[name] as TensorOf<'float32'>);
  });

  test('multiplies alpha and beta into the integers and takes a bias of any shape', async () => {
    const random = seededRandom(13);
    for (const [biasDims, transB] of [
      [[1], 0],
      [[6], 1],
      [[1, 6], 0],
    ] as const) {
      const graph = new GraphBuilder();
      graph.input('features', 'float32', ['n', 4]);
      graph.initializer('w', randomFloat32(random, transB ? [6, 4] : [4, 6]));
      graph.initializer('b', randomFloat32(random, biasDims));
      const attributes = { alpha: { floats: 0.5 }, beta: { floats: 3 }, transB };
      graph.output(graph.node('Gemm', ['features', 'w', 'b'], attributes), 'float32', ['n', 6]);
      const model = graph.build();
      const features = randomFloat32(random, [32, 4]);
      const [expected] = Object.values(await (await ortSession(model)).run({ features }));
      for (const form of [staticQuantize(model, await minMaxRanges(model, features)), dynamicQuantize(model)]) {
        const [actual] = Object.values(await (await ortSession(form)).run({ features }));
        expectClose(expected as TensorOf<'float32'>, actual as TensorOf<'float32'>);
      }
    }
  });

  test('makes one Gemm of MatMul and Add, and keeps a bias far larger than the products', async () => {
    const random = seededRandom(14);
    const graph = new GraphBuilder();
    graph.input('features', 'float32', ['n', 4]);
    graph.initializer('w', float32(randomFloat32(random, [4, 2], 1e-6).data, [4, 2]));
    graph.initializer('b', float32([5000, -3]));
    graph.output(graph.node('Add', ['b', graph.node('MatMul', ['features', 'w'])]), 'float32', ['n', 2]);
    const model = graph.build();
    const features = randomFloat32(random, [4, 4]);
    const quantized = staticQuantize(model, await minMaxRanges(model, features));
    expect(modelStats(quantized).operators).toMatchObject({ Gemm: 1 });
    const [actual] = Object.values(await (await ortSession(quantized)).run({ features }));
    const values = (actual as TensorOf<'float32'>).data;
    expect(values[0]! / 5000).toBeCloseTo(1, 4);
    expect(values[1]! / -3).toBeCloseTo(1, 4);
  });

  test.each([7, 9, 11, 12])('upgrades operator set %i, which has no quantization by channel', async (opset) => {
    const random = seededRandom(15);
    const graph = new GraphBuilder({ opset });
    graph.input('features', 'float32', ['n', 4]);
    const first = graph.initializer('w0', randomFloat32(random, [4, 3]));
    // A form that operator set 13 does not have: axes as an attribute.
    const wide = graph.node('Unsqueeze', [graph.node('MatMul', ['features', first])], { axes: [1] });
    const flat = graph.node('Squeeze', [wide], { axes: [1] });
    const second = graph.initializer('w1', randomFloat32(random, [3, 2]));
    graph.output(graph.node('MatMul', [flat, second]), 'float32', ['n', 2]);
    const model = graph.build();
    const features = randomFloat32(random, [8, 4]);
    const [expected] = Object.values(await (await ortSession(model)).run({ features }));
    const forms = [
      staticQuantize(model, await minMaxRanges(model, features)),
      dynamicQuantize(model),
      float16Weights(model),
    ];
    for (const form of forms) {
      expect(checkModel(form)).toEqual([]);
      const [actual] = Object.values(await (await ortSession(form)).run({ features }));
      expectClose(expected as TensorOf<'float32'>, actual as TensorOf<'float32'>);
    }
  });

  test('refuses an operator set that cannot be upgraded', () => {
    const graph = new GraphBuilder({ opset: 6 });
    graph.input('x', 'float32', ['n', 2]);
    graph.output(graph.node('Relu', ['x']), 'float32', ['n', 2]);
    for (const quantize of [() => staticQuantize(graph.build(), new Map()), () => dynamicQuantize(graph.build())]) {
      expect(quantize).toThrow(expect.objectContaining({ code: 'OPSET_UNSUPPORTED' }));
    }
  });
});

/** 8-bit weights and activations of size 1 in sums of a few products. */
function expectClose(expected: TensorOf<'float32'>, actual: TensorOf<'float32'>): void {
  expect(actual.dims).toEqual(expected.dims);
  expect(Math.max(...expected.data.map((value, at) => Math.abs(value - actual.data[at]!)))).toBeLessThan(0.05);
}

describe('exposeActivations', () => {
  test('adds what static quantization needs, once each', () => {
    const exposed = exposeActivations(network.model);
    const added = exposed.graph.output.map(({ name }) => name).slice(1);
    expect(added).toEqual([...planQuantization(network.model).activations]);
    expect(exposeActivations(exposed, ['logits', 'logits']).graph.output).toHaveLength(added.length + 2);
  });

  test('refuses a value that is not there', () => {
    expect(() => exposeActivations(network.model, ['nothing'])).toThrow(
      expect.objectContaining({ code: 'VALUE_UNKNOWN', place: { value: 'nothing' } }),
    );
  });
});

test('planQuantization says why a node stays in float', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['n', 4]);
  graph.initializer('w', randomFloat32(seededRandom(1), [4, 4]));
  graph.node('MatMul', ['x', 'x'], {}, { name: 'no weights' });
  graph.node('Gemm', ['x', 'w'], { transA: 1 }, { name: 'turned' });
  graph.node('MatMul', ['x', 'w'], {}, { name: 'named' });
  graph.output(graph.node('MatMul', ['x', 'w'], {}, { name: 'good' }), 'float32');
  const plan = planQuantization(graph.build(), { exclude: ['named'] });
  expect(plan.quantized.map(({ name }) => name)).toEqual(['good']);
  expect(plan.kept.map(({ name, reason }) => [name, reason])).toEqual([
    ['no weights', 'weights-not-constant'],
    ['turned', 'transposed'],
    ['named', 'excluded'],
  ]);
});
