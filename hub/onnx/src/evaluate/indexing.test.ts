import fc from 'fast-check';
import { describe, test } from 'vitest';
import { float32, int64, scalar, tensor } from '../tensor/tensor.ts';
import { expectSame, floats, forAll, integers } from '../testing/evaluated-call.ts';

describe('evaluating a choice of entries gives what ONNX Runtime gives for', () => {
  test('Gather along any axis, from the end too', () =>
    forAll(fc.tuple(floats([2, 3, 4]), integers([2, 2], -2, 1), fc.integer({ min: -3, max: 2 })), ([x, at, axis]) =>
      expectSame({ operator: 'Gather', inputs: [x, at], attributes: { axis } }),
    ));

  test('Gather by one number', () =>
    expectSame({ operator: 'Gather', inputs: [int64([5, 6, 7]), int64([-1], [])], attributes: { axis: 0 } }));

  test('Slice in both directions, with ends far outside', () => {
    const end = fc.constantFrom(-100, -5, -3, -1, 0, 1, 2, 4, 100);
    const step = fc.constantFrom(-3, -2, -1, 1, 2, 3);
    return forAll(fc.tuple(floats([4, 5]), end, end, step, fc.constantFrom(0, 1, -1)), ([x, start, stop, by, axis]) =>
      expectSame({ operator: 'Slice', inputs: [x, int64([start]), int64([stop]), int64([axis]), int64([by])] }),
    );
  });

  test('Slice by attributes', () =>
    expectSame({
      operator: 'Slice',
      inputs: [float32([1, 2, 3, 4, 5, 6], [2, 3])],
      attributes: { starts: [0, 1], ends: [1, 1000] },
      opset: 9,
    }));

  test('Concat along any axis, of texts too', () =>
    forAll(fc.tuple(floats([2, 1, 3]), floats([2, 4, 3])), async ([left, right]) => {
      await expectSame({ operator: 'Concat', inputs: [left, right, left], attributes: { axis: 1 } });
      await expectSame({ operator: 'Concat', inputs: [left, left], attributes: { axis: -1 } });
      const text = tensor('string', [2], ['a', 'ü']);
      await expectSame({ operator: 'Concat', inputs: [text, text], attributes: { axis: 0 } });
    }));

  test('Split with and without sizes', () =>
    forAll(floats([2, 7]), async (x) => {
      await expectSame({ operator: 'Split', inputs: [x, int64([3, 4])], attributes: { axis: 1 }, outputs: 2 });
      await expectSame({ operator: 'Split', inputs: [x], attributes: { axis: 1, num_outputs: 3 }, outputs: 3 });
      await expectSame({ operator: 'Split', inputs: [x], attributes: { axis: 0 }, outputs: 2, opset: 13 });
    }));

  test('Pad with a value and with zeros, of 64-bit integers too', async () => {
    await expectSame({ operator: 'Pad', inputs: [float32([1, 2], [1, 2]), int64([1, 0, 0, 2]), scalar(7)] });
    await expectSame({ operator: 'Pad', inputs: [int64([1, 2]), int64([1, 2])] });
  });
});
