import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { OFFICIAL_FIELDS } from '../testing/official-fields.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { REAL_MODELS, realModelBytes } from '../testing/real-models.ts';
import { type Model, withFields, withGraph } from './messages.ts';
import { readModel } from './read-model.ts';
import { writeModel } from './write-model.ts';

const VALID = { irVersion: 10, opsetImport: [{ domain: '', version: 21 }] };

describe('reading and writing again', () => {
  test("keeps a file of ONNX's own package byte for byte", () => {
    const model = readModel(OFFICIAL_MODEL);
    expect(model.producerName).toBe('official');
    expect(model.functions.map(({ name }) => name)).toEqual(['Twice']);
    expect(model.graph.node.map(({ opType }) => opType)).toEqual(['Gemm', 'Twice', 'If', 'LabelEncoder']);
    expect(Buffer.from(writeModel(model)).equals(OFFICIAL_MODEL)).toBe(true);
  });

  test('keeps every field of every message', () => {
    const type = reflectedType('ModelProto');
    const graph = arbitraryMessage(reflectedType('GraphProto'), 1);
    fc.assert(
      fc.property(arbitraryMessage(type), graph, (fields, main) => {
        const bytes = type.encode(type.fromObject({ ...fields, ...VALID, graph: main })).finish();
        const written = writeModel(readModel(bytes));
        expect(Buffer.from(written).equals(bytes)).toBe(true);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  for (const name of REAL_MODELS) {
    test(`keeps the ${name} model byte for byte`, () => {
      const bytes = realModelBytes(name);
      expect(Buffer.from(writeModel(readModel(bytes))).equals(bytes)).toBe(true);
    });
  }

  for (const name of Object.keys(OFFICIAL_FIELDS).filter(isMessage)) {
    test(`keeps unknown fields of ${name}, whatever they hold`, () => {
      const { decode, encode } = messageType(name);
      const bytes = append(
        protobuf.Writer.create().uint32(tag(1234, 2)).string('from the future').finish(),
        protobuf.Writer.create().uint32(tag(1235, 0)).uint64(7).finish(),
        protobuf.Writer.create().uint32(tag(1236, 1)).fixed64(7).finish(),
        protobuf.Writer.create().uint32(tag(1237, 5)).fixed32(7).finish(),
      );
      const reader = protobuf.Reader.create(bytes);
      reader.discardUnknown = false;
      expect(Buffer.from(encode(decode(reader)).finish()).equals(bytes)).toBe(true);
    });
  }

  test('keeps numbers of enums and of integers that no version knows', () => {
    const writer = protobuf.Writer.create();
    const attribute = writer.uint32(tag(3, 0)).int64(-1).uint32(tag(20, 0)).int32(99).finish();
    expect(Buffer.from(onnx.AttributeProto.encode(onnx.AttributeProto.decode(attribute)).finish())).toEqual(
      Buffer.from(attribute),
    );
    const type = protobuf.Writer.create().uint32(tag(2, 0)).int32(-5).uint32(tag(14, 0)).int32(9).finish();
    expect(Buffer.from(onnx.TensorProto.encode(onnx.TensorProto.decode(type)).finish())).toEqual(Buffer.from(type));
  });

  test('reads lists of numbers packed as well as one by one', () => {
    const packed = protobuf.Writer.create().uint32(tag(8, 2)).fork().int64(3).int64(-4).ldelim().finish();
    expect(onnx.AttributeProto.decode(packed).ints.map(Number)).toEqual([3, -4]);
  });

  for (const [name, fields] of Object.entries(OFFICIAL_FIELDS)) {
    test(`has the standard's numbers in ${name}`, () => {
      const found = reflectedType('ModelProto').root.lookup(`onnx.${name}`);
      const numbers =
        found instanceof protobuf.Enum
          ? Object.entries(found.values)
          : (found as protobuf.Type).fieldsArray.map((field): [string, number] => [field.name, field.id]);
      const sorted = numbers.sort(([, left], [, right]) => left - right).map(([key, number]) => `${key}=${number}`);
      expect(sorted).toEqual(fields.split(' ').map((field) => (found instanceof protobuf.Enum ? field : camel(field))));
    });
  }

  test('keeps unknown fields at every level', () => {
    const unknownField = protobuf.Writer.create().uint32(tag(1234, 2)).string('from the future').finish();
    const node = append(onnx.NodeProto.encode({ opType: 'Relu', input: ['x'], output: ['y'] }).finish(), unknownField);
    const graph = append(protobuf.Writer.create().uint32(tag(1, 2)).bytes(node).finish(), unknownField);
    const head = onnx.ModelProto.encode(new onnx.ModelProto({ ...readModel(OFFICIAL_MODEL), graph: null })).finish();
    const bytes = append(head, protobuf.Writer.create().uint32(tag(7, 2)).bytes(graph).finish(), unknownField);
    const again = readModel(writeModel(readModel(bytes)));
    for (const message of [again, again.graph, again.graph.node[0]]) {
      expect((message as { $unknowns?: Uint8Array[] }).$unknowns?.map((field) => Buffer.from(field))).toEqual([
        Buffer.from(unknownField),
      ]);
    }
  });

  test('keeps unknown fields of changed copies', () => {
    const model = readModel(append(OFFICIAL_MODEL, protobuf.Writer.create().uint32(tag(1234, 0)).uint32(7).finish()));
    const changed = withGraph(withFields(model, { producerName: 'other' }), { name: 'renamed' });
    const again = readModel(writeModel(changed));
    expect(again.producerName).toBe('other');
    expect(again.graph.name).toBe('renamed');
    expect((again as Model & { $unknowns?: Uint8Array[] }).$unknowns).toHaveLength(1);
  });
});

function isMessage(name: string): boolean {
  return reflectedType('ModelProto').root.lookup(`onnx.${name}`) instanceof protobuf.Type;
}

/** A generated message type by its name, `TensorProto.Segment` for one that is declared inside of another. */
function messageType(name: string): typeof onnx.NodeProto {
  const found = name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], onnx);
  return found as typeof onnx.NodeProto;
}

function camel(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

function append(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

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
function reflectedType(name: string): protobuf.Type {
  const path = fileURLToPath(new URL('../../proto/onnx.proto', import.meta.url));
  return protobuf.loadSync(path).lookupType(`onnx.${name}`);
}

/** Any message of a type: each field, also a zero, may be there or not. */
function arbitraryMessage(type: protobuf.Type, depth = 0): fc.Arbitrary<Record<string, unknown>> {
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
