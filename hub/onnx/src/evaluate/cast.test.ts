import { describe, test } from 'vitest';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { float32, int64, type Tensor, tensor } from '../tensor/tensor.ts';
import { expectSame } from '../testing/evaluated-call.ts';

describe('evaluating another type gives what ONNX Runtime gives for', () => {
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
        await expectSame({ operator: 'Cast', inputs: [value], attributes: { to: DATA_TYPE[to] } });
      }
    }
    const wrapping = int64([2n ** 40n + 5n, -(2n ** 33n), 200]);
    for (const to of ['int32', 'uint8', 'int16'] as const) {
      await expectSame({ operator: 'Cast', inputs: [wrapping], attributes: { to: DATA_TYPE[to] } });
    }
  });
});
