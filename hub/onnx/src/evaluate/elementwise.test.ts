import fc from 'fast-check';
import { describe, test } from 'vitest';
import { float32, int64, scalar, tensor } from '../tensor/tensor.ts';
import { expectSame, floats, forAll, integers } from '../testing/evaluated-call.ts';
import { arbitraryBroadcastPair, arbitraryDims } from '../testing/gradient-arbitraries.ts';

/** Math.exp and the like are right to one unit in the last place of float64, and so is ONNX Runtime in float32. */
const LAST_PLACE = 2e-7;

const pairs = arbitraryBroadcastPair.chain(([left, right]) =>
  fc.oneof(fc.tuple(floats(left), floats(right)), fc.tuple(integers(left), integers(right))),
);

describe('evaluating entry by entry gives what ONNX Runtime gives for', () => {
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
    test(operator, () => forAll(pairs, ([left, right]) => expectSame({ operator, inputs: [left, right] })));
  }

  test('Div and Mod, which cut integers towards zero and down', () => {
    const divisor = fc.integer({ min: 1, max: 9 }).chain((value) => fc.constantFrom(value, -value));
    return forAll(fc.tuple(integers([5]), divisor), async ([left, right]) => {
      await expectSame({ operator: 'Div', inputs: [left, int64([right], [])] });
      await expectSame({ operator: 'Mod', inputs: [left, int64([right], [])] });
      await expectSame({ operator: 'Mod', inputs: [left, int64([right], [])], attributes: { fmod: 1 } });
      await expectSame({ operator: 'Div', inputs: [float32([1.5, -7]), scalar(right)] });
    });
  });

  test('integers that overflow', async () => {
    const large = int64([2n ** 62n, -(2n ** 62n)]);
    await expectSame({ operator: 'Add', inputs: [large, large] });
    const wide = tensor('int32', [2], Int32Array.of(123456789, -987654321));
    await expectSame({ operator: 'Mul', inputs: [wide, wide] });
  });

  test('And, Or, Xor and Not', async () => {
    const left = tensor('bool', [4], Uint8Array.of(0, 0, 1, 1));
    const right = tensor('bool', [4], Uint8Array.of(0, 1, 0, 1));
    for (const operator of ['And', 'Or', 'Xor']) await expectSame({ operator, inputs: [left, right] });
    await expectSame({ operator: 'Not', inputs: [left] });
  });

  for (const operator of ['Neg', 'Abs', 'Sign', 'Relu', 'Floor', 'Ceil', 'Round', 'Reciprocal']) {
    test(operator, () =>
      forAll(
        arbitraryDims.chain((dims) => floats(dims)),
        (x) => expectSame({ operator, inputs: [x] }),
      ),
    );
  }

  test('Round halfway between', () =>
    expectSame({ operator: 'Round', inputs: [float32([0.5, 1.5, 2.5, -0.5, -1.5, -2.5])] }));

  for (const operator of ['Sqrt', 'Exp', 'Log', 'Tanh', 'Sigmoid']) {
    test(`${operator}, to the last place`, () =>
      forAll(floats([7], 0.1), (x) => expectSame({ operator, inputs: [x] }, operator === 'Sqrt' ? 0 : LAST_PLACE)));
  }

  test('Pow, to the last place', () =>
    forAll(floats([5], 0.1), (x) => expectSame({ operator: 'Pow', inputs: [x, scalar(2)] }, LAST_PLACE)));

  test('Clip with and without limits', async () => {
    const x = float32([-3, 0, 3, 9]);
    await expectSame({ operator: 'Clip', inputs: [x, scalar(-1), scalar(4)] });
    await expectSame({ operator: 'Clip', inputs: [x, undefined, scalar(4)] });
  });

  test('Where with three shapes', () => {
    const condition = tensor('bool', [2, 1], Uint8Array.of(1, 0));
    return forAll(fc.tuple(floats([3]), floats([2, 3])), ([yes, no]) =>
      expectSame({ operator: 'Where', inputs: [condition, yes, no] }),
    );
  });
});
