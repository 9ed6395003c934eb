/**
 * A dense layer and a softmax as ONNX bytes, written field by field after onnx.proto (ONNX 1.16): enough of a real
 * model for real sessions, without depending on whoever builds models.
 */
export interface TinyModelOptions {
  /** Shape [features, classes], row-major. */
  readonly weights: readonly number[];
  readonly features: number;
  readonly classes: number;
  /** Unused bytes in the file, to make it longer. */
  readonly paddingBytes?: number;
}

// TensorProto.DataType.FLOAT
const FLOAT = 1;
const OPSET = 17;

/** Model with input "x" [-1, features] and output "p" [-1, classes]. */
export function tinyModel({ weights, features, classes, paddingBytes = 0 }: TinyModelOptions): Uint8Array {
  const gemm = Buffer.concat([text(1, 'x'), text(1, 'w'), text(2, 'z'), text(4, 'Gemm')]);
  const softmax = Buffer.concat([text(1, 'z'), text(2, 'p'), text(4, 'Softmax')]);
  const graph = Buffer.concat([
    field(1, gemm),
    field(1, softmax),
    text(2, 'tiny'),
    field(5, tensor('w', [features, classes], Float32Array.from(weights))),
    field(11, valueInfo('x', features)),
    field(12, valueInfo('p', classes)),
  ]);
  const opset = Buffer.concat([text(1, ''), number(2, OPSET)]);
  const padding = paddingBytes > 0 ? text(6, 'x'.repeat(paddingBytes)) : Buffer.alloc(0);
  // ModelProto: ir_version 1, doc_string 6, graph 7, opset_import 8.
  return new Uint8Array(Buffer.concat([number(1, 8), padding, field(7, graph), field(8, opset)]));
}

/** What the model computes for one row, in double precision. */
export function tinyProbabilities({ weights, features, classes }: TinyModelOptions, row: readonly number[]): number[] {
  const logits = Array.from({ length: classes }, (_, column) =>
    Array.from({ length: features }, (_, index) => (row[index] ?? 0) * (weights[index * classes + column] ?? 0)).reduce(
      (sum, product) => sum + product,
      0,
    ),
  );
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function tensor(name: string, dims: readonly number[], data: Float32Array): Buffer {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([...dims.map((dim) => number(1, dim)), number(2, FLOAT), text(8, name), field(9, raw)]);
}

function valueInfo(name: string, width: number): Buffer {
  const batch = field(1, text(2, 'n'));
  const shape = Buffer.concat([batch, field(1, number(1, width))]);
  const type = field(1, Buffer.concat([number(1, FLOAT), field(2, shape)]));
  return Buffer.concat([text(1, name), field(2, type)]);
}

// Protocol Buffers encoding: wire type 0 for integers, 2 for bytes.
function number(id: number, value: number): Buffer {
  return Buffer.concat([varint(id << 3), varint(value)]);
}

function text(id: number, value: string): Buffer {
  return field(id, Buffer.from(value));
}

function field(id: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((id << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
