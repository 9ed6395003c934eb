import fc from 'fast-check';
import Long from 'long';
import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { newTensorProto, type TensorProto } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { decodeTensor } from './decode-tensor.ts';
import { DATA_TYPE, type ElementType } from './element-type.ts';
import { encodeTensor } from './encode-tensor.ts';
import { fromFloat16Bits, toFloat16Bits } from './float16.ts';
import { float32, int64, scalar, type Tensor, tensor } from './tensor.ts';

const SAMPLES: Readonly<Record<ElementType, Tensor>> = {
  float32: tensor('float32', [2, 2], Float32Array.of(1, -2.5, 0, 1e30)),
  float64: tensor('float64', [2], Float64Array.of(Math.PI, -1e300)),
  float16: tensor('float16', [2], Uint16Array.of(0x3c00, 0xc000)),
  bfloat16: tensor('bfloat16', [2], Uint16Array.of(0x3f80, 0xc000)),
  int8: tensor('int8', [2], Int8Array.of(-128, 127)),
  int16: tensor('int16', [2], Int16Array.of(-32768, 32767)),
  int32: tensor('int32', [2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)),
  int64: tensor('int64', [2], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
  uint8: tensor('uint8', [2], Uint8Array.of(0, 255)),
  uint16: tensor('uint16', [2], Uint16Array.of(0, 65535)),
  uint32: tensor('uint32', [2], Uint32Array.of(0, 2 ** 32 - 1)),
  uint64: tensor('uint64', [2], BigUint64Array.of(0n, 2n ** 64n - 1n)),
  bool: tensor('bool', [2], Uint8Array.of(1, 0)),
  string: tensor('string', [2], ['', 'ä€']),
};

/** The same tensor in the typed lists instead of raw_data, as the standard assigns them. */
function typedForm(sample: Tensor): TensorProto {
  const common = { name: 't', dataType: DATA_TYPE[sample.type], dims: sample.dims.map((dim) => Long.fromNumber(dim)) };
  switch (sample.type) {
    case 'float32':
      return newTensorProto({ ...common, floatData: [...sample.data] });
    case 'float64':
      return newTensorProto({ ...common, doubleData: [...sample.data] });
    case 'int64':
      return newTensorProto({ ...common, int64Data: Array.from(sample.data, (value) => Long.fromString(`${value}`)) });
    case 'uint64':
    case 'uint32':
      return newTensorProto({
        ...common,
        uint64Data: [...sample.data].map((value) => Long.fromString(`${value}`, true)),
      });
    case 'string':
      return encodeTensor('t', sample);
    default:
      return newTensorProto({ ...common, int32Data: [...sample.data] });
  }
}

describe('tensors in files', () => {
  for (const [type, sample] of Object.entries(SAMPLES)) {
    test(`of ${type} come back from raw data`, () => {
      expect(decodeTensor(encodeTensor('t', sample))).toEqual(sample);
    });

    test(`of ${type} come back from typed lists`, () => {
      const bytes = onnx.TensorProto.encode(typedForm(sample)).finish();
      expect(decodeTensor(onnx.TensorProto.decode(bytes))).toEqual(sample);
    });
  }

  test("of ONNX's own package have their values", () => {
    const { graph } = readModel(OFFICIAL_MODEL);
    expect(graph.initializer.map((proto) => decodeTensor(proto))).toEqual([
      float32([1, 2, 3, -4.5], [2, 2]),
      int64([1, -2, 2n ** 40n]),
      tensor('float16', [2], Uint16Array.of(toFloat16Bits(1.5), toFloat16Bits(-2))),
      tensor('string', [2], ['a', 'ü']),
    ]);
  });

  test('are little endian', () => {
    expect(encodeTensor('t', tensor('int32', [1], Int32Array.of(0x01020304))).rawData).toEqual(
      Uint8Array.of(4, 3, 2, 1),
    );
  });

  test('are read at any offset of the file', () => {
    const bytes = Uint8Array.of(0, ...(encodeTensor('t', float32([1, 2])).rawData ?? []));
    const proto = newTensorProto({ dataType: DATA_TYPE.float32, dims: [Long.fromInt(2)], rawData: bytes.subarray(1) });
    expect(decodeTensor(proto)).toEqual(float32([1, 2]));
  });

  test('are refused when the values are in another file', () => {
    const proto = newTensorProto({ name: 'w', externalData: [{ key: 'location', value: 'weights.bin' }] });
    expect(() => decodeTensor(proto)).toThrow(
      expect.objectContaining({ code: 'EXTERNAL_DATA', place: { value: 'w' } }),
    );
  });

  test('are refused when entries are missing, cut or of an unsupported type', () => {
    const one = { dims: [Long.fromInt(2)], rawData: new Uint8Array(4) };
    expect(() => decodeTensor(newTensorProto({ ...one, dataType: DATA_TYPE.float32 }))).toThrow(
      expect.objectContaining({ code: 'TENSOR_MALFORMED' }),
    );
    expect(() => decodeTensor(newTensorProto({ ...one, dataType: DATA_TYPE.int64 }))).toThrow(
      expect.objectContaining({ code: 'TENSOR_MALFORMED' }),
    );
    expect(() => decodeTensor(newTensorProto({ ...one, dataType: onnx.TensorProto.DataType.COMPLEX64 }))).toThrow(
      expect.objectContaining({ code: 'TENSOR_TYPE_UNSUPPORTED' }),
    );
  });

  test('are refused by the constructor when the entries do not fill the shape', () => {
    expect(() => float32([1, 2, 3], [2, 2])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(scalar(3)).toEqual({ type: 'float32', dims: [], data: Float32Array.of(3) });
  });
});

describe('float16', () => {
  test('holds each of its 65,536 values exactly', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromFloat16Bits(bits);
      if (Number.isNaN(value)) expect(fromFloat16Bits(toFloat16Bits(value))).toBeNaN();
      else if (toFloat16Bits(value) !== bits) expect.unreachable(`bits ${bits} became ${toFloat16Bits(value)}`);
    }
  });

  test('rounds to the nearest value, ties to even', () => {
    expect(toFloat16Bits(1 + 2 ** -11)).toBe(0x3c00);
    expect(toFloat16Bits(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(toFloat16Bits(65519)).toBe(0x7bff);
    expect(toFloat16Bits(65520)).toBe(0x7c00);
    fc.assert(
      fc.property(fc.float({ min: -65000, max: 65000, noNaN: true }), (value) => {
        const bits = toFloat16Bits(value);
        const error = Math.abs(fromFloat16Bits(bits) - value);
        const neighbours = [bits - 1, bits + 1].filter((other) => (other & 0x7fff) < 0x7c00 && other >= 0);
        for (const other of neighbours) expect(error).toBeLessThanOrEqual(Math.abs(fromFloat16Bits(other) - value));
      }),
      { seed: 3 },
    );
  });
});
