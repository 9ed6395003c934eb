import { describe, test } from 'vitest';
import { int64 } from '../tensor/tensor.ts';
import { expectSame, forAll, integers } from '../testing/evaluated-call.ts';

describe('evaluating a reduction gives what ONNX Runtime gives for', () => {
  for (const operator of ['ReduceSum', 'ReduceProd', 'ReduceMax', 'ReduceMin']) {
    test(`${operator} of integers`, () =>
      forAll(integers([2, 3, 2]), async (x) => {
        await expectSame({ operator, inputs: [x, int64([1])], attributes: { keepdims: 0 } });
        await expectSame({ operator, inputs: [x, int64([0, -1])] });
        await expectSame({ operator, inputs: [x] });
        if (operator !== 'ReduceSum') await expectSame({ operator, inputs: [x], attributes: { axes: [0] }, opset: 13 });
      }));
  }
});
