import { ByteReader } from './byte-reader.ts';

/** Where the values of one constant lie in a model file. */
export interface TensorSpan {
  /** Says which constant it is, by names; the same in every version of a model. */
  readonly key: string;
  /** ONNX TensorProto.DataType */
  readonly dataType: number;
  readonly start: number;
  readonly length: number;
  /** Bytes of one entry; 1 for packed entries smaller than a byte. */
  readonly width: ElementWidth;
}

export type ElementWidth = 1 | 2 | 4 | 8;

/** Shorter values are compared as any other bytes of the file: an instruction for each would not pay. */
const MIN_SPAN_BYTES = 64;
/** Graphs inside of graphs; deeper ones are compared as any other bytes. */
const MAX_DEPTH = 16;

/** Entry width by TensorProto.DataType: float, u8, i8, u16, i16, i32, i64, -, bool, f16, double, u32, u64, -, -, bf16 */
const WIDTHS: readonly ElementWidth[] = [1, 4, 1, 1, 2, 2, 4, 8, 1, 1, 2, 8, 4, 8, 1, 1, 2];

const UTF8 = new TextDecoder();

interface Field {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes */
  readonly wireType: number;
  /** Of a varint. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The values of all constants of an ONNX file, in its order, found by field numbers alone.
 *
 * Never throws: what is no ONNX file has none.
 *
 * @see onnx.proto: ModelProto.graph 7, functions 25; GraphProto.node 1, initializer 5; AttributeProto.t 5, g 6
 */
export function tensorSpans(file: Uint8Array): TensorSpan[] {
  const walk = new SpanWalk(file);
  walk.model();
  return walk.spans.sort((left, right) => left.start - right.start);
}

class SpanWalk {
  readonly spans: TensorSpan[] = [];
  readonly #file: Uint8Array;
  readonly #keys = new Map<string, number>();

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  model(): void {
    for (const field of this.#fields(0, this.#file.length)) {
      if (field.number === 7) this.#graph(field, '', 0);
      if (field.number === 25) this.#nodes(field, 7, 'function/', 0);
    }
  }

  #graph(graph: Field, path: string, depth: number): void {
    for (const field of this.#fields(graph.start, graph.end)) if (field.number === 5) this.#tensor(field, path);
    this.#nodes(graph, 1, path, depth);
  }

  #nodes(owner: Field, number: number, path: string, depth: number): void {
    for (const field of this.#fields(owner.start, owner.end)) {
      if (field.number !== number) continue;
      const parts = this.#fields(field.start, field.end);
      const output = this.#text(parts.find((part) => part.number === 2));
      for (const part of parts) if (part.number === 5) this.#attribute(part, `${path}${output}/`, depth);
    }
  }

  #attribute(attribute: Field, path: string, depth: number): void {
    const parts = this.#fields(attribute.start, attribute.end);
    const inner = `${path}${this.#text(parts.find(({ number }) => number === 1))}/`;
    for (const part of parts) {
      if (part.number === 5 || part.number === 10) this.#tensor(part, inner);
      if ((part.number === 6 || part.number === 11) && depth < MAX_DEPTH) this.#graph(part, inner, depth + 1);
    }
  }

  // TensorProto.data_type 2, float_data 4, name 8, raw_data 9, double_data 10
  #tensor(tensor: Field, path: string): void {
    const parts = this.#fields(tensor.start, tensor.end);
    const dataType = parts.find(({ number }) => number === 2)?.value ?? 0;
    const values = parts.filter(({ number, wireType }) => wireType === 2 && [4, 9, 10].includes(number));
    const name = `${path}${this.#text(parts.find(({ number }) => number === 8))}`;
    for (const { start, end } of values) {
      if (end - start < MIN_SPAN_BYTES) continue;
      const declared = WIDTHS[dataType] ?? 1;
      const width = (end - start) % declared === 0 ? declared : 1;
      this.spans.push({ key: this.#key(name), dataType, start, length: end - start, width });
    }
  }

  /** The name, with a number behind it where it was there before. */
  #key(name: string): string {
    const count = this.#keys.get(name) ?? 0;
    this.#keys.set(name, count + 1);
    return count === 0 ? name : `${name}#${count}`;
  }

  #text(field: Field | undefined): string {
    return field?.wireType === 2 ? UTF8.decode(this.#file.subarray(field.start, field.end)) : '';
  }

  /** Fields of a message; none where the bytes are no message. */
  #fields(start: number, end: number): Field[] {
    const reader = new ByteReader(this.#file, start, end);
    const fields: Field[] = [];
    while (!reader.isAtEnd) {
      const field = readField(reader);
      if (!field) return [];
      fields.push(field);
    }
    return fields;
  }
}

function readField(reader: ByteReader): Field | undefined {
  const tag = reader.varint();
  if (tag === undefined) return undefined;
  const [number, wireType] = [Math.floor(tag / 8), tag % 8];
  const value = wireType === 0 || wireType === 2 ? skipVarint(reader) : 0;
  const length = wireType === 2 ? value : { 0: 0, 1: 8, 5: 4 }[wireType];
  const start = reader.position;
  // Groups, which ONNX has none of, have no length.
  if (value === undefined || length === undefined || !reader.take(length)) return undefined;
  return { number, wireType, value, start, end: start + length };
}

/** Negative numbers take ten bytes and more than a double holds; none of those is asked for here. */
function skipVarint(reader: ByteReader): number | undefined {
  const before = reader.position;
  const value = reader.varint();
  if (value !== undefined) return value;
  return reader.position - before === 10 ? 0 : undefined;
}
