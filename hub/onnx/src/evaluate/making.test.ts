import { describe, test } from 'vitest';
import { float32, int64, scalar } from '../tensor/tensor.ts';
import { expectSame } from '../testing/evaluated-call.ts';

describe('evaluating new values gives what ONNX Runtime gives for', () => {
  test('Range, ConstantOfShape, Shape and Size', async () => {
    await expectSame({ operator: 'Range', inputs: [int64([2], []), int64([11], []), int64([3], [])] });
    await expectSame({ operator: 'Range', inputs: [int64([5], []), int64([-5], []), int64([-4], [])] });
    await expectSame({ operator: 'Range', inputs: [scalar(0), scalar(1), scalar(0.25)] });
    await expectSame({ operator: 'ConstantOfShape', inputs: [int64([2, 3])], attributes: { value: int64([7]) } });
    await expectSame({ operator: 'ConstantOfShape', inputs: [int64([2])] });
    await expectSame({ operator: 'Shape', inputs: [float32([1, 2], [1, 2, 1])], attributes: { start: -2, end: 2 } });
    await expectSame({ operator: 'Size', inputs: [float32([1, 2])] });
  });
});
