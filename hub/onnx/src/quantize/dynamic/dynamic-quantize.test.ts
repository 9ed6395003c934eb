import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../../format/attributes.ts';
import { type Model, withGraph } from '../../format/messages.ts';
import { writeModel } from '../../format/write-model.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { modelStats } from '../../inspect/model-stats.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { decodeTensor } from '../../tensor/decode-tensor.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { encodeTensor } from '../../tensor/encode-tensor.ts';
import { type TensorOf, tensor } from '../../tensor/tensor.ts';
import { textClassifier } from '../../testing/networks/text-classifier.ts';
import { transformerClassifier } from '../../testing/networks/transformer-classifier.ts';
import { OFFICIAL_CHECKER, officialFaults } from '../../testing/official-checker.ts';
import { optimizedOperators } from '../../testing/optimized-operators.ts';
import { ortSession } from '../../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { realModel } from '../../testing/real-models.ts';
import {
  arbitraryRecurrentForm,
  type RecurrentForm,
  recurrentOutputs,
  recurrentPoint,
} from '../../testing/recurrent-layers.ts';
import { planDynamicQuantization } from './dynamic-plan.ts';
import { dynamicQuantize } from './dynamic-quantize.ts';

const SEED = 22;

type Feeds = Parameters<Awaited<ReturnType<typeof ortSession>>['run']>[0];

/** Largest difference between the outputs of a model and of its dynamic form. */
async function largestShift(model: Model, small: Model, feeds: Feeds): Promise<number> {
  expect(checkModel(small)).toEqual([]);
  expect([small.graph.input, small.graph.output]).toEqual([model.graph.input, model.graph.output]);
  // Types behind the operators of ONNX Runtime's own are those that the float ones had.
  const [known, types] = [inferTypes(model), inferTypes(small)];
  for (const { name } of model.graph.output) expect(types.typeOf(name!)).toEqual(known.typeOf(name!));
  const [before, after] = [await (await ortSession(model)).run(feeds), await (await ortSession(small)).run(feeds)];
  const shifts = Object.entries(before).map(([name, value]) => {
    const other = after[name] as TensorOf<'float32'>;
    expect(other.dims).toEqual(value.dims);
    return Math.max(0, ...(value as TensorOf<'float32'>).data.map((entry, at) => Math.abs(entry - other.data[at]!)));
  });
  return Math.max(...shifts);
}

/** An LSTM whose weights are constants, with what goes into it. */
function lstmModel(form: RecurrentForm, attributes: Readonly<Record<string, AttributeValue>> = {}): [Model, Feeds] {
  const graph = new GraphBuilder();
  const feeds: Record<string, TensorOf<'float32'>> = {};
  for (const [name, value] of Object.entries(recurrentPoint('LSTM', form))) {
    if (['w', 'r', 'b'].includes(name)) graph.initializer(name, value);
    else {
      graph.input(name, 'float32', value.dims);
      feeds[name] = value;
    }
  }
  const last = [form.direction === 'bidirectional' ? 2 : 1, form.batch, form.hidden];
  for (const output of recurrentOutputs(graph, 'LSTM', form, attributes)) {
    graph.output(output, 'float32', output === 'y' ? [form.time, ...last] : last);
  }
  return [graph.build(), feeds];
}

const FORM: RecurrentForm = {
  ...{ time: 4, batch: 2, features: 3, hidden: 3, direction: 'bidirectional', hasBias: true, hasInitialStates: true },
  ...{ lengths: [4, 2], used: 7, seed: 1 },
};

describe('an LSTM in integers', () => {
  test('computes what the float one does, in every form', async () => {
    const property = fc.asyncProperty(arbitraryRecurrentForm, async (form) => {
      const [model, feeds] = lstmModel(form);
      // Six products of about 1 per gate, each off by half of 1/127 twice, over four steps; outputs are within 1.
      expect(await largestShift(model, dynamicQuantize(model), feeds)).toBeLessThan(0.05);
    });
    await fc.assert(property, { seed: SEED, numRuns: 60 });
  });

  test('keeps its other attributes', async () => {
    const [model, feeds] = lstmModel({ ...FORM, direction: 'forward' }, { activations: ['Sigmoid', 'Relu', 'Tanh'] });
    expect(await largestShift(model, dynamicQuantize(model), feeds)).toBeLessThan(0.05);
    const [plain] = lstmModel({ ...FORM, direction: 'forward' });
    expect(await largestShift(plain, dynamicQuantize(model), feeds)).toBeGreaterThan(0.05);
  });

  test('is one node for ONNX Runtime, with every gate row scaled by itself', async () => {
    const [model] = lstmModel(FORM);
    expect(await optimizedOperators(dynamicQuantize(model))).toEqual({ DynamicQuantizeLSTM: 1 });
  });

  test('takes 7-bit weights', async () => {
    const [model, feeds] = lstmModel(FORM);
    expect(await largestShift(model, dynamicQuantize(model, { reduceRange: true }), feeds)).toBeLessThan(0.1);
  });
});

test('planDynamicQuantization says why recurrent layers and convolutions stay in float', () => {
  const graph = new GraphBuilder();
  const random = seededRandom(SEED);
  graph.input('x', 'float32', [4, 2, 3]);
  const [w, r, p] = [
    graph.initializer('w', randomFloat32(random, [1, 12, 3])),
    graph.initializer('r', randomFloat32(random, [1, 12, 3])),
    graph.initializer('p', randomFloat32(random, [1, 9])),
  ];
  const lstm = (name: string, inputs: readonly string[], attributes: Record<string, number> = {}): void => {
    const y = graph.node('LSTM', inputs, { hidden_size: 3, ...attributes }, { name });
    graph.output(y, 'float32');
  };
  lstm('good', ['x', w, r]);
  lstm('named', ['x', w, r]);
  lstm('peeping', ['x', w, r, '', '', '', '', p]);
  lstm('turned', ['x', w, r], { layout: 1 });
  lstm('computed', ['x', graph.node('Neg', [w]), r]);
  const gru = [
    graph.initializer('gw', randomFloat32(random, [1, 9, 3])),
    graph.initializer('gr', randomFloat32(random, [1, 9, 3])),
  ];
  graph.output(graph.node('GRU', ['x', ...gru], { hidden_size: 3 }, { name: 'gru' }), 'float32');
  const kernel = graph.initializer('k', randomFloat32(random, [2, 2, 1]));
  graph.output(graph.node('Conv', ['x', kernel], {}, { name: 'filter' }), 'float32');
  const model = graph.build();
  const plan = planDynamicQuantization(model, { exclude: ['named'] });
  expect(plan.quantized.map(({ name, operator }) => [name, operator])).toEqual([['good', 'LSTM']]);
  expect(plan.kept.map(({ name, reason }) => [name, reason])).toEqual([
    ['filter', 'needs-ranges'],
    ['named', 'excluded'],
    ['peeping', 'peepholes'],
    ['turned', 'batch-first'],
    ['computed', 'weights-not-constant'],
    ['gru', 'no-integer-kernel'],
  ]);
  const { operators } = modelStats(dynamicQuantize(model, { exclude: ['named'] }));
  expect(operators).toMatchObject({ LSTM: 4, 'com.microsoft.DynamicQuantizeLSTM': 1, GRU: 1, Conv: 1 });
});

interface AttentionForm {
  readonly bias: 'some' | 'zeros' | 'none';
  readonly hasMask: boolean;
  readonly hasPast: boolean;
  readonly isCausal: boolean;
}

const [BATCH, LENGTH, WIDTH, HEADS] = [2, 5, 8, 2];

function biasOf(spread: number): TensorOf<'float32'> {
  return randomFloat32(seededRandom(3), [3 * WIDTH], spread);
}

function attentionModel(form: AttentionForm, attributes: Record<string, AttributeValue> = {}): Model {
  const graph = new GraphBuilder();
  const random = seededRandom(SEED);
  graph.input('x', 'float32', [BATCH, LENGTH, WIDTH]);
  const weights = graph.initializer('w', randomFloat32(random, [WIDTH, 3 * WIDTH], 0.7));
  const bias = form.bias === 'none' ? '' : graph.initializer('b', biasOf(form.bias === 'zeros' ? 0 : 0.3));
  const mask = form.hasMask ? graph.initializer('mask', tensor('int32', [BATCH], Int32Array.of(5, 3))) : '';
  const past = form.hasPast ? graph.input('past', 'float32', [2, BATCH, HEADS, 3, WIDTH / HEADS]) : '';
  const outputs = form.hasPast ? ['y', 'present'] : ['y'];
  const all = { num_heads: HEADS, unidirectional: form.isCausal, ...attributes };
  graph.node('Attention', ['x', weights, bias, mask, past], all, {
    name: 'attention',
    outputs,
    domain: 'com.microsoft',
  });
  graph.output('y', 'float32', [BATCH, LENGTH, WIDTH]);
  if (form.hasPast) graph.output('present', 'float32', [2, BATCH, HEADS, LENGTH + 3, WIDTH / HEADS]);
  return graph.build();
}

describe('an attention of the com.microsoft domain in integers', () => {
  const forms: AttentionForm[] = [
    { bias: 'some', hasMask: false, hasPast: false, isCausal: false },
    { bias: 'none', hasMask: false, hasPast: false, isCausal: true },
    { bias: 'some', hasMask: true, hasPast: false, isCausal: false },
    { bias: 'some', hasMask: false, hasPast: true, isCausal: true },
  ];
  test.each(forms)('computes what the float one does: %o', async (form) => {
    // ONNX Runtime's float kernel ends the process where there is no bias; none is the same as zeros.
    const model = attentionModel(form.bias === 'none' ? { ...form, bias: 'zeros' } : form);
    const random = seededRandom(4);
    const x = randomFloat32(random, [BATCH, LENGTH, WIDTH]);
    const past = randomFloat32(random, [2, BATCH, HEADS, 3, WIDTH / HEADS]);
    const small = dynamicQuantize(attentionModel(form));
    expect(modelStats(small).operators).toEqual({ DynamicQuantizeLinear: 1, 'com.microsoft.QAttention': 1 });
    // Eight products of about 0.5, each off by half of 1/127 twice.
    expect(await largestShift(model, small, { x, ...(form.hasPast ? { past } : {}) })).toBeLessThan(0.05);
  });

  test('stays in float where the integer operator does not have its form', () => {
    const model = attentionModel(forms[0]!, { scale: { floats: 0.3 } });
    expect(planDynamicQuantization(model).kept.map(({ reason }) => reason)).toEqual(['attention-form']);
    expect(modelStats(dynamicQuantize(model)).operators).toEqual({ 'com.microsoft.Attention': 1 });
  });
});

describe('a transformer encoder in plain operators', () => {
  const { model, x } = transformerClassifier();

  test('has all its projections in integers, with their biases inside', async () => {
    const small = dynamicQuantize(model);
    expect(await largestShift(model, small, { x })).toBeLessThan(0.05);
    const operators = await optimizedOperators(small);
    // Query, key and value share one quantized activation, which keeps them from taking it in.
    expect(operators).toMatchObject({ DynamicQuantizeMatMul: 4, MatMulIntegerToFloat: 3, DynamicQuantizeLinear: 1 });
    // What is left of the additions: positions and two skips.
    expect(operators['Add']).toBe(3);
  });

  test('keeps products of activations in float: rounding both takes more time than integers save', () => {
    const { quantized, kept } = planDynamicQuantization(model);
    expect(quantized.map(({ operator }) => operator)).toEqual([...Array.from({ length: 6 }, () => 'MatMul'), 'Gemm']);
    expect(kept.map(({ reason }) => reason)).toEqual(['weights-not-constant', 'weights-not-constant']);
  });
});

test('an embedding, convolution and LSTM keep their classes', async () => {
  const { model, x } = textClassifier();
  const small = dynamicQuantize(model);
  expect(modelStats(small).operators).toMatchObject({
    'com.microsoft.DynamicQuantizeLSTM': 1,
    MatMulInteger: 1,
    Conv: 1,
  });
  expect(await largestShift(model, small, { x })).toBeLessThan(0.05);
});

test('weights that two nodes share are stored once', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['n', 16]);
  const weight = graph.initializer('w', randomFloat32(seededRandom(2), [16, 16]));
  const hidden = graph.node('Relu', [graph.node('MatMul', ['x', weight])]);
  graph.output(graph.node('MatMul', [hidden, weight]), 'float32', ['n', 16]);
  const small = dynamicQuantize(graph.build());
  expect(small.graph.initializer.map(({ name }) => name)).toEqual(['w_quantized', 'w_scale']);
});

test('scales of the version before are kept where they fit, so that few integers change', () => {
  const model = textClassifier().model;
  const random = seededRandom(9);
  const moved = withGraph(model, {
    initializer: model.graph.initializer.map((proto) => {
      const value = decodeTensor(proto) as TensorOf<'float32'>;
      if (proto.dataType !== DATA_TYPE.float32) return proto;
      const data = value.data.map((weight) => weight * (1 + 1e-4 * (random() - 0.5)));
      return encodeTensor(proto.name ?? '', { ...value, data });
    }),
  });
  const first = dynamicQuantize(model);
  const [kept, renewed] = [dynamicQuantize(moved, { previous: first }), dynamicQuantize(moved)];
  const scalesOf = ({ graph }: Model): unknown[] => graph.initializer.filter(({ name }) => name?.endsWith('_scale'));
  expect(scalesOf(kept)).toEqual(scalesOf(first));
  expect(scalesOf(kept)).toHaveLength(3);
  expect(scalesOf(renewed)).not.toEqual(scalesOf(first));
});

test('graphs inside of nodes stay as they are, and the plan says so', async () => {
  const model = realModel('voice');
  const plan = planDynamicQuantization(model);
  expect(plan.kept.some(({ operator, reason }) => operator === 'LSTM' && reason === 'inside-node')).toBe(true);
  const small = dynamicQuantize(model);
  expect(checkModel(small)).toEqual([]);
  await ortSession(small);
  expect(writeModel(small).length).toBeLessThanOrEqual(writeModel(model).length);
});

const title = "every form passes ONNX's own checker";
if ('missing' in OFFICIAL_CHECKER) {
  test.skip(`${title} (skipped: ${OFFICIAL_CHECKER.missing})`, () => undefined);
} else {
  test(title, () => {
    const attention = attentionModel({ bias: 'some', hasMask: true, hasPast: false, isCausal: false });
    const models = [lstmModel(FORM)[0], attention, transformerClassifier().model, textClassifier().model];
    const faults = officialFaults(models.map((model) => dynamicQuantize(model)));
    // An operator that an older release does not know says nothing about the graph.
    expect(faults.filter((fault) => !fault.startsWith('No Op registered for Gelu'))).toEqual([]);
  });
}
