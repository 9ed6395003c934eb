import { ReceivedDataError } from './errors.ts';

/**
 * How a field appears: `one` scalar, `maybe` a sub-message, `many` of either, `map` by string key, or one `choice` of
 * the oneof named third. The second word is a scalar type or a message name.
 */
export type FieldShape = readonly ['one' | 'maybe' | 'many' | 'map', string] | readonly ['choice', string, string];

/** Fields of every message by name, in the order of the .proto file. */
export type MessageShapes = Readonly<Record<string, Readonly<Record<string, FieldShape>>>>;

type Wire = Readonly<Record<string, unknown>>;

const DEFAULTS: Readonly<Record<string, unknown>> = {
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  double: 0,
  bool: false,
  string: '',
};

/** Copies a decoded protobufjs message into a plain object. @package */
export function messageToPlain(message: object, type: string, path: string, shapes: MessageShapes): object {
  const wire = message as Wire;
  const plain: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(shapes[type] ?? {})) {
    const value = fieldToPlain(wire, name, shape, path, shapes);
    if (value !== undefined) plain[name] = value;
  }
  keepUnknownFields(wire, plain);
  return plain;
}

function fieldToPlain(wire: Wire, name: string, shape: FieldShape, path: string, shapes: MessageShapes): unknown {
  const [rule, type, oneof] = shape;
  const value = wire[name];
  const fieldPath = `${path}.${name}`;
  if (rule === 'many') return listToPlain((value ?? []) as readonly unknown[], type, fieldPath, shapes);
  if (rule === 'map') return mapToPlain((value ?? {}) as Wire, type, fieldPath, shapes);
  // protobufjs keeps every member of a oneof it met; the last one on the wire is the one that counts.
  if (rule === 'choice' && wire[oneof ?? ''] !== name) return undefined;
  if (value === undefined || value === null) return rule === 'one' ? defaultOf(type) : undefined;
  return valueToPlain(value, type, fieldPath, shapes);
}

function listToPlain(values: readonly unknown[], type: string, path: string, shapes: MessageShapes): unknown[] {
  return values.map((value) => valueToPlain(value, type, path, shapes));
}

function mapToPlain(values: Wire, type: string, path: string, shapes: MessageShapes): object {
  // fromEntries defines own properties, so a key such as "__proto__" stays data.
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, valueToPlain(value, type, path, shapes)]),
  );
}

function valueToPlain(value: unknown, type: string, path: string, shapes: MessageShapes): unknown {
  if (type === 'uint64' || type === 'sint64') return exactInteger(value, path);
  if (type === 'bytes') return new Uint8Array(value as Uint8Array);
  if (type in DEFAULTS) return value;
  return messageToPlain(value as object, type, path, shapes);
}

function exactInteger(value: unknown, path: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new ReceivedDataError('MALFORMED_MESSAGE', `${path}: expected an integer below 2^53, got ${String(value)}`);
}

function defaultOf(type: string): unknown {
  return type === 'bytes' ? new Uint8Array() : DEFAULTS[type];
}

function keepUnknownFields(wire: Wire, plain: object): void {
  const unknowns = wire['$unknowns'] as readonly Uint8Array[] | undefined;
  if (unknowns === undefined) return;
  // The generated encoder looks for this name. Hidden, so that comparing and printing see the known fields only.
  const value = unknowns.map((bytes) => new Uint8Array(bytes));
  Object.defineProperty(plain, '$unknowns', { value, enumerable: false });
}
