/**
 * ONNX models written field by field after onnx.proto (ONNX 1.16): enough of real models for real sessions, without
 * depending on whoever builds models.
 */

// TensorProto.DataType
const DATA_TYPES = { float32: 1, uint8: 2, int64: 7, string: 8, float16: 10, float64: 11 } as const;

export type DataType = keyof typeof DATA_TYPES;

// AttributeProto.AttributeType
const ATTRIBUTE_TYPES = { int: 2, floats: 6, ints: 7, strings: 8 } as const;

type Attribute =
  | { readonly int: number }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly strings: readonly string[] };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface Value {
  readonly name: string;
  readonly type: DataType;
  /** -1 is open. */
  readonly dims: readonly number[];
}

export interface Constant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array;
}

export interface OnnxParts {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants: readonly Constant[];
  /** Unused bytes in the file, to make it longer. */
  readonly paddingBytes?: number;
}

/** The bytes of a model of operator set 17, and 3 of ai.onnx.ml. */
export function onnxBytes({ nodes, inputs, outputs, constants, paddingBytes = 0 }: OnnxParts): Uint8Array {
  // GraphProto: node 1, name 2, initializer 5, input 11, output 12.
  const graph = Buffer.concat([
    ...nodes.map((node) => field(1, nodeBytes(node))),
    text(2, 'tiny'),
    ...constants.map((constant) => field(5, tensorBytes(constant))),
    ...inputs.map((value) => field(11, valueBytes(value))),
    ...outputs.map((value) => field(12, valueBytes(value))),
  ]);
  const opsets = [
    ['', 17],
    ['ai.onnx.ml', 3],
  ] as const;
  const padding = paddingBytes > 0 ? text(6, 'x'.repeat(paddingBytes)) : Buffer.alloc(0);
  // ModelProto: ir_version 1, doc_string 6, graph 7, opset_import 8.
  return new Uint8Array(
    Buffer.concat([
      ...[number(1, 8), padding, field(7, graph)],
      ...opsets.map(([domain, version]) => field(8, Buffer.concat([text(1, domain), number(2, version)]))),
    ]),
  );
}

// NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7.
function nodeBytes({ op, inputs, outputs, domain = '', attributes = {} }: Node): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, attribute]) => field(5, attributeBytes(name, attribute))),
    text(7, domain),
  ]);
}

// AttributeProto: name 1, i 3, floats 7, ints 8, strings 9, type 20.
function attributeBytes(name: string, attribute: Attribute): Buffer {
  const [kind] = Object.keys(attribute) as [keyof typeof ATTRIBUTE_TYPES];
  const parts: Buffer[] = [text(1, name), number(20, ATTRIBUTE_TYPES[kind])];
  if ('int' in attribute) parts.push(number(3, attribute.int));
  if ('floats' in attribute) parts.push(...attribute.floats.map((value) => float(7, value)));
  if ('ints' in attribute) parts.push(...attribute.ints.map((value) => number(8, value)));
  if ('strings' in attribute) parts.push(...attribute.strings.map((value) => text(9, value)));
  return Buffer.concat(parts);
}

// TensorProto: dims 1, data_type 2, name 8, raw_data 9.
function tensorBytes({ name, dims, data }: Constant): Buffer {
  const type = data instanceof Float32Array ? 'float32' : data instanceof Float64Array ? 'float64' : 'int64';
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([
    ...dims.map((dim) => number(1, dim)),
    number(2, DATA_TYPES[type]),
    text(8, name),
    field(9, raw),
  ]);
}

// ValueInfoProto: name 1, type 2; TypeProto.Tensor: elem_type 1, shape 2; Dimension: dim_value 1, dim_param 2.
function valueBytes({ name, type, dims }: Value): Buffer {
  const shape = Buffer.concat(dims.map((dim, index) => field(1, dim < 0 ? text(2, `d${index}`) : number(1, dim))));
  const tensor = Buffer.concat([number(1, DATA_TYPES[type]), field(2, shape)]);
  return Buffer.concat([text(1, name), field(2, field(1, tensor))]);
}

// Protocol Buffers encoding: wire type 0 for integers, 2 for bytes, 5 for floats.
function number(id: number, value: number): Buffer {
  return Buffer.concat([varint(id << 3), varint(value)]);
}

function float(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((id << 3) | 5), bytes]);
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
