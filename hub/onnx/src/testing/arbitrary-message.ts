import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';

/** Messages deeper than this are left out, because graphs nest in attributes without end. */
const MAX_DEPTH = 4;

const SCALARS: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  string: () => fc.string({ maxLength: 6 }),
  bytes: () => fc.uint8Array({ maxLength: 6 }),
  float: () => fc.float({ noNaN: true }),
  double: () => fc.double({ noNaN: true }),
  int32: () => fc.integer(),
  int64: () => fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  uint64: () => fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
};

/** A type of `proto/onnx.proto`, read by protobufjs at run time: a second opinion on the generated code. */
export function reflectedType(name: string): protobuf.Type {
  const path = fileURLToPath(new URL('../../proto/onnx.proto', import.meta.url));
  return protobuf.loadSync(path).lookupType(`onnx.${name}`);
}

/** Any message of a type: each field, also a zero, may be there or not. */
export function arbitraryMessage(type: protobuf.Type, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const fields: [string, fc.Arbitrary<unknown>][] = [];
  for (const field of type.fieldsArray) {
    const single = arbitraryField(field.resolve(), depth);
    if (!single) continue;
    // One arm of a choice at most; the arms are drawn together below.
    if (field.partOf && !field.partOf.isProto3Optional) continue;
    fields.push([field.name, field.repeated ? fc.array(single, { maxLength: 2 }) : single]);
  }
  const plain = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const choices = type.oneofsArray
    .filter((choice) => !choice.isProto3Optional)
    .map((choice) => arbitraryChoice(choice, depth));
  return fc.tuple(plain, ...choices).map((parts) => Object.assign({}, ...parts) as Record<string, unknown>);
}

function arbitraryChoice(choice: protobuf.OneOf, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const arms = choice.fieldsArray.flatMap((field) => {
    const value = arbitraryField(field.resolve(), depth);
    return value ? [value.map((entry) => ({ [field.name]: entry }))] : [];
  });
  return fc.oneof(fc.constant({}), ...arms);
}

function arbitraryField(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> | undefined {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) return fc.constantFrom(...Object.values(resolvedType.values));
  if (!resolvedType) return SCALARS[field.type]?.();
  return depth < MAX_DEPTH ? arbitraryMessage(resolvedType, depth + 1) : undefined;
}
