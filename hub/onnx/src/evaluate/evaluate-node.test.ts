import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttributeValue, float } from '../format/attributes.ts';
import { newNode } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { elementCount, float32, int64, scalar, type Tensor, tensor } from '../tensor/tensor.ts';
import { arbitraryBroadcastPair, arbitraryDims } from '../testing/gradient-arbitraries.ts';
import { ortSession } from '../testing/ort-session.ts';
import { evaluateNode } from './evaluate-node.ts';

interface Call {
  readonly operator: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  readonly opset?: number;
}

const RUNS = { seed: 5, numRuns: 12 } as const;

/** Math.exp and the like are right to one unit in the last place of float64, and so is ONNX Runtime in float32. */
const LAST_PLACE = 2e-7;

function modelOf({ operator, inputs, attributes = {}, outputs = 1, opset = 21 }: Call) {
  const graph = new GraphBuilder({ opset });
  const names = inputs.map((value) => (value ? graph.constant(value, 'value') : ''));
  const results = graph.nodeWithOutputs(outputs, operator, names, attributes);
  return { model: graph.build(), graph, results };
}

/** Evaluates a call here and with ONNX Runtime, which must agree. */
async function compare(call: Call, tolerance = 0): Promise<void> {
  const { model, graph, results } = modelOf(call);
  const own = evaluateNode(model.graph.node[0]!, call.inputs, call.opset ?? 21);
  if (!own) throw new Error(`${call.operator} must be evaluated, got nothing`);
  for (const [index, name] of results.entries()) graph.output(name, own[index]!.type);
  const theirs = await (await ortSession(graph.build())).run({});
  for (const [index, name] of results.entries()) {
    const { type, dims, data } = own[index]!;
    expect(theirs[name]).toMatchObject({ type, dims });
    if (tolerance === 0) expect(plain(data)).toEqual(plain(theirs[name]!.data));
    else expect(largestRelative([...data] as number[], [...theirs[name]!.data] as number[])).toBeLessThan(tolerance);
  }
}

/** The entries, with one zero instead of two. */
function plain(data: Tensor['data']): unknown[] {
  return Array.from(data as Iterable<unknown>, (entry) => (entry === 0 ? 0 : entry));
}

function largestRelative(own: readonly number[], theirs: readonly number[]): number {
  const errors = own.map((value, at) => Math.abs(value - (theirs[at] ?? 0)) / Math.max(1e-30, Math.abs(value)));
  return Math.max(0, ...errors);
}

function floats(dims: readonly number[], low = -8): fc.Arbitrary<Tensor> {
  const count = elementCount(dims);
  const entry = fc.double({ min: low, max: 8, noNaN: true, noDefaultInfinity: true });
  return fc.array(entry, { minLength: count, maxLength: count }).map((values) => float32(values, dims));
}

function integers(dims: readonly number[], min = -9, max = 9): fc.Arbitrary<Tensor> {
  const count = elementCount(dims);
  return fc
    .array(fc.integer({ min, max }), { minLength: count, maxLength: count })
    .map((values) => int64(values, dims));
}

async function forAll<Value>(arbitrary: fc.Arbitrary<Value>, check: (value: Value) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), RUNS);
}

const pairs = arbitraryBroadcastPair.chain(([left, right]) =>
  fc.oneof(fc.tuple(floats(left), floats(right)), fc.tuple(integers(left), integers(right))),
);

describe('evaluateNode gives what ONNX Runtime gives for', () => {
  for (const operator of [
    'Add',
    'Sub',
    'Mul',
    'Min',
    'Max',
    'Equal',
    'Greater',
    'Less',
    'GreaterOrEqual',
    'LessOrEqual',
  ]) {
    test(operator, () => forAll(pairs, ([left, right]) => compare({ operator, inputs: [left, right] })));
  }

  test('Div and Mod, which cut integers towards zero and down', () => {
    const divisor = fc.integer({ min: 1, max: 9 }).chain((value) => fc.constantFrom(value, -value));
    return forAll(fc.tuple(integers([5]), divisor), async ([left, right]) => {
      await compare({ operator: 'Div', inputs: [left, int64([right], [])] });
      await compare({ operator: 'Mod', inputs: [left, int64([right], [])] });
      await compare({ operator: 'Mod', inputs: [left, int64([right], [])], attributes: { fmod: 1 } });
      await compare({ operator: 'Div', inputs: [float32([1.5, -7]), scalar(right)] });
    });
  });

  test('integers that overflow', async () => {
    const large = int64([2n ** 62n, -(2n ** 62n)]);
    await compare({ operator: 'Add', inputs: [large, large] });
    const wide = tensor('int32', [2], Int32Array.of(123456789, -987654321));
    await compare({ operator: 'Mul', inputs: [wide, wide] });
  });

  test('And, Or, Xor and Not', async () => {
    const left = tensor('bool', [4], Uint8Array.of(0, 0, 1, 1));
    const right = tensor('bool', [4], Uint8Array.of(0, 1, 0, 1));
    for (const operator of ['And', 'Or', 'Xor']) await compare({ operator, inputs: [left, right] });
    await compare({ operator: 'Not', inputs: [left] });
  });

  for (const operator of ['Neg', 'Abs', 'Sign', 'Relu', 'Floor', 'Ceil', 'Round', 'Reciprocal']) {
    test(operator, () =>
      forAll(
        arbitraryDims.chain((dims) => floats(dims)),
        (x) => compare({ operator, inputs: [x] }),
      ),
    );
  }

  test('Round halfway between', () =>
    compare({ operator: 'Round', inputs: [float32([0.5, 1.5, 2.5, -0.5, -1.5, -2.5])] }));

  for (const operator of ['Sqrt', 'Exp', 'Log', 'Tanh', 'Sigmoid']) {
    test(`${operator}, to the last place`, () =>
      forAll(floats([7], 0.1), (x) => compare({ operator, inputs: [x] }, operator === 'Sqrt' ? 0 : LAST_PLACE)));
  }

  test('Pow, to the last place', () =>
    forAll(floats([5], 0.1), (x) => compare({ operator: 'Pow', inputs: [x, scalar(2)] }, LAST_PLACE)));

  test('Clip with and without limits', async () => {
    const x = float32([-3, 0, 3, 9]);
    await compare({ operator: 'Clip', inputs: [x, scalar(-1), scalar(4)] });
    await compare({ operator: 'Clip', inputs: [x, undefined, scalar(4)] });
  });

  test('Where with three shapes', () => {
    const condition = tensor('bool', [2, 1], Uint8Array.of(1, 0));
    return forAll(fc.tuple(floats([3]), floats([2, 3])), ([yes, no]) =>
      compare({ operator: 'Where', inputs: [condition, yes, no] }),
    );
  });

  test('Cast between all kinds of numbers', async () => {
    const samples: Tensor[] = [
      float32([0, 1.9, -1.9, 100]),
      int64([0, 1, -1, 300]),
      tensor('bool', [2], Uint8Array.of(0, 1)),
      tensor('float16', [2], Uint16Array.of(0x3e00, 0xc000)),
      tensor('float64', [2], Float64Array.of(0.1, -0.1)),
    ];
    for (const value of samples) {
      for (const to of ['float32', 'float64', 'float16', 'int64', 'int32', 'int8', 'bool'] as const) {
        await compare({ operator: 'Cast', inputs: [value], attributes: { to: DATA_TYPE[to] } });
      }
    }
    const wrapping = int64([2n ** 40n + 5n, -(2n ** 33n), 200]);
    for (const to of ['int32', 'uint8', 'int16'] as const) {
      await compare({ operator: 'Cast', inputs: [wrapping], attributes: { to: DATA_TYPE[to] } });
    }
  });

  test('Reshape with copied and left-over sizes', () =>
    forAll(floats([2, 3, 4]), async (x) => {
      for (const shape of [[0, -1], [-1], [4, 3, 2], [0, 0, 2, -1]]) {
        await compare({ operator: 'Reshape', inputs: [x, int64(shape)] });
      }
      await compare({ operator: 'Flatten', inputs: [x], attributes: { axis: -1 } });
      await compare({ operator: 'Flatten', inputs: [x], attributes: { axis: 0 } });
    }));

  test('Squeeze and Unsqueeze, before and since opset 13', async () => {
    const x = float32([1, 2, 3], [1, 3, 1]);
    await compare({ operator: 'Squeeze', inputs: [x] });
    await compare({ operator: 'Squeeze', inputs: [x, int64([-1])] });
    await compare({ operator: 'Squeeze', inputs: [x], attributes: { axes: [0] }, opset: 11 });
    await compare({ operator: 'Unsqueeze', inputs: [x, int64([0, -1])] });
    await compare({ operator: 'Unsqueeze', inputs: [x], attributes: { axes: [1, 4] }, opset: 11 });
  });

  test('Transpose in every order', () =>
    forAll(fc.tuple(floats([2, 3, 4]), fc.shuffledSubarray([0, 1, 2], { minLength: 3 })), async ([x, perm]) => {
      await compare({ operator: 'Transpose', inputs: [x], attributes: { perm } });
      await compare({ operator: 'Transpose', inputs: [x] });
    }));

  test('Expand and Tile', () =>
    forAll(fc.tuple(integers([3, 1]), fc.integer({ min: 1, max: 3 })), async ([x, times]) => {
      await compare({ operator: 'Expand', inputs: [x, int64([times, 1, 2])] });
      await compare({ operator: 'Tile', inputs: [x, int64([times, 2])] });
    }));

  test('Gather along any axis, from the end too', () =>
    forAll(fc.tuple(floats([2, 3, 4]), integers([2, 2], -2, 1), fc.integer({ min: -3, max: 2 })), ([x, at, axis]) =>
      compare({ operator: 'Gather', inputs: [x, at], attributes: { axis } }),
    ));

  test('Gather by one number', () =>
    compare({ operator: 'Gather', inputs: [int64([5, 6, 7]), int64([-1], [])], attributes: { axis: 0 } }));

  test('Slice in both directions, with ends far outside', () => {
    const end = fc.constantFrom(-100, -5, -3, -1, 0, 1, 2, 4, 100);
    const step = fc.constantFrom(-3, -2, -1, 1, 2, 3);
    return forAll(fc.tuple(floats([4, 5]), end, end, step, fc.constantFrom(0, 1, -1)), ([x, start, stop, by, axis]) =>
      compare({ operator: 'Slice', inputs: [x, int64([start]), int64([stop]), int64([axis]), int64([by])] }),
    );
  });

  test('Slice by attributes', () =>
    compare({
      operator: 'Slice',
      inputs: [float32([1, 2, 3, 4, 5, 6], [2, 3])],
      attributes: { starts: [0, 1], ends: [1, 1000] },
      opset: 9,
    }));

  test('Concat along any axis, of texts too', () =>
    forAll(fc.tuple(floats([2, 1, 3]), floats([2, 4, 3])), async ([left, right]) => {
      await compare({ operator: 'Concat', inputs: [left, right, left], attributes: { axis: 1 } });
      await compare({ operator: 'Concat', inputs: [left, left], attributes: { axis: -1 } });
      const text = tensor('string', [2], ['a', 'ü']);
      await compare({ operator: 'Concat', inputs: [text, text], attributes: { axis: 0 } });
    }));

  test('Split with and without sizes', () =>
    forAll(floats([2, 7]), async (x) => {
      await compare({ operator: 'Split', inputs: [x, int64([3, 4])], attributes: { axis: 1 }, outputs: 2 });
      await compare({ operator: 'Split', inputs: [x], attributes: { axis: 1, num_outputs: 3 }, outputs: 3 });
      await compare({ operator: 'Split', inputs: [x], attributes: { axis: 0 }, outputs: 2, opset: 13 });
    }));

  test('Pad with a value and with zeros, of 64-bit integers too', async () => {
    await compare({ operator: 'Pad', inputs: [float32([1, 2], [1, 2]), int64([1, 0, 0, 2]), scalar(7)] });
    await compare({ operator: 'Pad', inputs: [int64([1, 2]), int64([1, 2])] });
  });

  test('Range, ConstantOfShape, Shape and Size', async () => {
    await compare({ operator: 'Range', inputs: [int64([2], []), int64([11], []), int64([3], [])] });
    await compare({ operator: 'Range', inputs: [int64([5], []), int64([-5], []), int64([-4], [])] });
    await compare({ operator: 'Range', inputs: [scalar(0), scalar(1), scalar(0.25)] });
    await compare({ operator: 'ConstantOfShape', inputs: [int64([2, 3])], attributes: { value: int64([7]) } });
    await compare({ operator: 'ConstantOfShape', inputs: [int64([2])] });
    await compare({ operator: 'Shape', inputs: [float32([1, 2], [1, 2, 1])], attributes: { start: -2, end: 2 } });
    await compare({ operator: 'Size', inputs: [float32([1, 2])] });
  });

  for (const operator of ['ReduceSum', 'ReduceProd', 'ReduceMax', 'ReduceMin']) {
    test(`${operator} of integers`, () =>
      forAll(integers([2, 3, 2]), async (x) => {
        await compare({ operator, inputs: [x, int64([1])], attributes: { keepdims: 0 } });
        await compare({ operator, inputs: [x, int64([0, -1])] });
        await compare({ operator, inputs: [x] });
        if (operator !== 'ReduceSum') await compare({ operator, inputs: [x], attributes: { axes: [0] }, opset: 13 });
      }));
  }
});

describe('evaluateNode leaves alone', () => {
  const evaluated = (call: Call) => evaluateNode(modelOf(call).model.graph.node[0]!, call.inputs, call.opset ?? 21);

  test('operators that it does not know and those of other domains', () => {
    expect(evaluated({ operator: 'Conv', inputs: [scalar(1), scalar(2)] })).toBeUndefined();
    const own = newNode({ opType: 'Add', domain: 'acme', input: ['a', 'b'], output: ['c'] });
    expect(evaluateNode(own, [scalar(1), scalar(2)], 21)).toBeUndefined();
  });

  test('what has no result', () => {
    expect(evaluated({ operator: 'Div', inputs: [int64([1]), int64([0])] })).toBeUndefined();
    expect(evaluated({ operator: 'Mod', inputs: [int64([1]), int64([0])] })).toBeUndefined();
    expect(evaluated({ operator: 'Gather', inputs: [int64([1]), int64([3])] })).toBeUndefined();
    expect(evaluated({ operator: 'Reshape', inputs: [int64([1, 2]), int64([3])] })).toBeUndefined();
    expect(evaluated({ operator: 'Add', inputs: [int64([1, 2]), int64([3, 4, 5])] })).toBeUndefined();
    expect(evaluated({ operator: 'Range', inputs: [scalar(0), scalar(1), scalar(0)] })).toBeUndefined();
    const half = float32([Number.NaN, 1e30]);
    expect(evaluated({ operator: 'Cast', inputs: [half], attributes: { to: DATA_TYPE.int32 } })).toBeUndefined();
  });

  test('half floats in arithmetic, whose bits are no numbers', () => {
    const half = tensor('float16', [1], Uint16Array.of(0x3c00));
    expect(evaluated({ operator: 'Add', inputs: [half, half] })).toBeUndefined();
  });

  test('results that are too large', () => {
    const huge = int64([2 ** 40, 2 ** 40]);
    expect(evaluated({ operator: 'ConstantOfShape', inputs: [huge] })).toBeUndefined();
    expect(evaluated({ operator: 'Expand', inputs: [scalar(1), huge] })).toBeUndefined();
    expect(evaluated({ operator: 'Tile', inputs: [scalar(1), int64([])] })).toEqual([scalar(1)]);
    expect(evaluated({ operator: 'Range', inputs: [scalar(0), scalar(1e12), scalar(1)] })).toBeUndefined();
  });

  test('operator sets in which broadcasting was another', () => {
    expect(evaluated({ operator: 'Add', inputs: [scalar(1), scalar(2)], opset: 6 })).toBeUndefined();
    expect(
      evaluated({ operator: 'Clip', inputs: [scalar(1)], attributes: { min: float(2) }, opset: 10 }),
    ).toBeUndefined();
  });
});
