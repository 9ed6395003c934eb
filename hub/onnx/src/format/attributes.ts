import Long from 'long';
import { onnx } from '#onnx';
import { UsageError } from '../errors.ts';
import { encodeTensor } from '../tensor/encode-tensor.ts';
import { isTensor, type Tensor } from '../tensor/tensor.ts';
import { type Attribute, type Graph, type Node, newAttribute } from './messages.ts';

const { AttributeType } = onnx.AttributeProto;
const UTF8 = new TextEncoder();
const UTF8_DECODER = new TextDecoder();

/** Floats that stay floats when they are whole numbers: see `float`. */
export interface FloatAttribute {
  readonly floats: number | readonly number[];
}

/** What a node's attribute can be set to. Plain numbers are integers; use `float` for floats. */
export type AttributeValue =
  | number
  | string
  | boolean
  | Tensor
  | Graph
  | FloatAttribute
  | readonly number[]
  | readonly string[];

/** Marks attribute values as floats: ONNX tells `1` from `1.0`, JavaScript does not. */
export function float(value: number | readonly number[]): FloatAttribute {
  return { floats: value };
}

/** The attribute message for a value; its type follows from the value's. */
export function encodeAttribute(name: string, value: AttributeValue): Attribute {
  if (typeof value === 'number') return newAttribute({ name, type: AttributeType.INT, i: toLong(name, value) });
  if (typeof value === 'boolean')
    return newAttribute({ name, type: AttributeType.INT, i: Long.fromInt(Number(value)) });
  if (typeof value === 'string') return newAttribute({ name, type: AttributeType.STRING, s: UTF8.encode(value) });
  if (isTensor(value)) return newAttribute({ name, type: AttributeType.TENSOR, t: encodeTensor('', value) });
  if ('initializer' in value) return newAttribute({ name, type: AttributeType.GRAPH, g: value });
  if ('floats' in value) return encodeFloats(name, value.floats);
  if (value.length === 0) {
    throw new UsageError('ATTRIBUTE_AMBIGUOUS', `Attribute ${name} must have at least one entry, got []`);
  }
  if (isStrings(value)) {
    return newAttribute({ name, type: AttributeType.STRINGS, strings: value.map((entry) => UTF8.encode(entry)) });
  }
  return newAttribute({ name, type: AttributeType.INTS, ints: value.map((entry) => toLong(name, entry)) });
}

function encodeFloats(name: string, value: number | readonly number[]): Attribute {
  if (typeof value === 'number') return newAttribute({ name, type: AttributeType.FLOAT, f: value });
  return newAttribute({ name, type: AttributeType.FLOATS, floats: [...value] });
}

function isStrings(value: readonly number[] | readonly string[]): value is readonly string[] {
  return typeof value[0] === 'string';
}

function toLong(name: string, value: number): Long {
  if (Number.isSafeInteger(value)) return Long.fromNumber(value);
  const message = `Attribute ${name} must be a safe integer, got ${value}; pass float(${value}) for a float`;
  throw new UsageError('ATTRIBUTE_AMBIGUOUS', message);
}

function find(node: Node, name: string): Attribute | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

/** An INT attribute, or `fallback` where the node leaves it out. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  return find(node, name)?.i?.toNumber() ?? fallback;
}

/** An INTS attribute, `undefined` where the node leaves it out. */
export function intsAttribute(node: Node, name: string): number[] | undefined {
  return find(node, name)?.ints.map((entry) => entry.toNumber());
}

/** A FLOAT attribute, or `fallback` where the node leaves it out. */
export function floatAttribute(node: Node, name: string, fallback: number): number {
  return find(node, name)?.f ?? fallback;
}

/** A FLOATS attribute, `undefined` where the node leaves it out. */
export function floatsAttribute(node: Node, name: string): number[] | undefined {
  const attribute = find(node, name);
  return attribute && [...attribute.floats];
}

/** A STRING attribute, or `fallback` where the node leaves it out. */
export function stringAttribute(node: Node, name: string, fallback: string): string {
  const bytes = find(node, name)?.s;
  return bytes == null ? fallback : UTF8_DECODER.decode(bytes);
}

/** A STRINGS attribute, `undefined` where the node leaves it out. */
export function stringsAttribute(node: Node, name: string): string[] | undefined {
  return find(node, name)?.strings.map((bytes) => UTF8_DECODER.decode(bytes));
}
