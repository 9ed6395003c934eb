import fc from 'fast-check';
import { describe, test } from 'vitest';
import { float32, int64 } from '../tensor/tensor.ts';
import { expectSame, floats, forAll, integers } from '../testing/evaluated-call.ts';

describe('evaluating a layout gives what ONNX Runtime gives for', () => {
  test('Reshape with copied and left-over sizes', () =>
    forAll(floats([2, 3, 4]), async (x) => {
      for (const shape of [[0, -1], [-1], [4, 3, 2], [0, 0, 2, -1]]) {
        await expectSame({ operator: 'Reshape', inputs: [x, int64(shape)] });
      }
      await expectSame({ operator: 'Flatten', inputs: [x], attributes: { axis: -1 } });
      await expectSame({ operator: 'Flatten', inputs: [x], attributes: { axis: 0 } });
    }));

  test('Squeeze and Unsqueeze, before and since opset 13', async () => {
    const x = float32([1, 2, 3], [1, 3, 1]);
    await expectSame({ operator: 'Squeeze', inputs: [x] });
    await expectSame({ operator: 'Squeeze', inputs: [x, int64([-1])] });
    await expectSame({ operator: 'Squeeze', inputs: [x], attributes: { axes: [0] }, opset: 11 });
    await expectSame({ operator: 'Unsqueeze', inputs: [x, int64([0, -1])] });
    await expectSame({ operator: 'Unsqueeze', inputs: [x], attributes: { axes: [1, 4] }, opset: 11 });
  });

  test('Transpose in every order', () =>
    forAll(fc.tuple(floats([2, 3, 4]), fc.shuffledSubarray([0, 1, 2], { minLength: 3 })), async ([x, perm]) => {
      await expectSame({ operator: 'Transpose', inputs: [x], attributes: { perm } });
      await expectSame({ operator: 'Transpose', inputs: [x] });
    }));

  test('Expand and Tile', () =>
    forAll(fc.tuple(integers([3, 1]), fc.integer({ min: 1, max: 3 })), async ([x, times]) => {
      await expectSame({ operator: 'Expand', inputs: [x, int64([times, 1, 2])] });
      await expectSame({ operator: 'Tile', inputs: [x, int64([times, 2])] });
    }));
});
