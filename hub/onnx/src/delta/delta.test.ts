import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeltaError } from '../errors.ts';
import { writeModel } from '../format/write-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { type Tensor, type TensorOf, tensor } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { REAL_MODELS, realModelBytes } from '../testing/real-models.ts';
import { applyDelta } from './apply-delta.ts';
import { type DeltaHeader, writeHeader } from './delta-header.ts';
import { deltaInfo } from './delta-info.ts';
import { DEFAULT_DELTA_QUALITY, makeDelta } from './make-delta.ts';
import { tensorSpans } from './tensor-spans.ts';
import { verifyDelta } from './verify-delta.ts';

const SEED = 51;
const HEADER_BYTES = 100;

type Constants = readonly (readonly [name: string, value: Tensor])[];

/** A file with these constants, a node for each that reads it, and a Constant node. */
function modelFile(constantsOf: Constants): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['n']);
  for (const [name, value] of constantsOf) {
    graph.node('Identity', [graph.initializer(name, value)]);
  }
  graph.node('Constant', [], { value: randomFloat32(seededRandom(constantsOf.length), [32]) });
  graph.output(graph.node('Relu', ['x'], {}, { outputs: ['y'] }), 'float32', ['n']);
  return writeModel(graph.build());
}

function weights(count: number, seed: number): TensorOf<'int8'> {
  const random = seededRandom(seed);
  // A bell: sum of uniforms.
  const entry = (): number => Math.round(40 * (random() + random() + random() - 1.5));
  return tensor('int8', [count], Int8Array.from({ length: count }, entry));
}

function moved({ dims, data }: TensorOf<'int8'>, share: number, seed: number): TensorOf<'int8'> {
  const random = seededRandom(seed);
  return tensor(
    'int8',
    dims,
    data.map((entry) => (random() < share ? entry + (random() < 0.5 ? -1 : 1) : entry)),
  );
}

function share(old: Uint8Array, fresh: Uint8Array): number {
  const delta = makeDelta(old, fresh);
  expect(Buffer.compare(applyDelta(old, delta), fresh)).toBe(0);
  return delta.length / fresh.length;
}

function packed(bytes: Uint8Array): number {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: DEFAULT_DELTA_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

const arbitraryTensor: fc.Arbitrary<Tensor> = fc
  .record({
    type: fc.constantFrom('float32', 'float16', 'int8', 'uint8', 'int32', 'int64', 'float64'),
    count: fc.integer({ min: 0, max: 400 }),
    seed: fc.nat(1000),
  })
  .map(({ type, count, seed }) => {
    const random = seededRandom(seed);
    const bytes = new Uint8Array(8 * count).map(() => Math.floor(256 * random()));
    const arrays = {
      float32: Float32Array,
      float16: Uint16Array,
      int8: Int8Array,
      uint8: Uint8Array,
      int32: Int32Array,
      int64: BigInt64Array,
      float64: Float64Array,
    };
    return tensor(type as 'int8', [count], new arrays[type](bytes.buffer, 0, count) as Int8Array);
  });

const arbitraryConstants: fc.Arbitrary<Constants> = fc.uniqueArray(
  fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), arbitraryTensor),
  { selector: ([name]) => name, maxLength: 5 },
);

/** Two models of which the second shares some constants with the first: kept, moved, renamed, of another type or size. */
const arbitraryPair: fc.Arbitrary<readonly [Uint8Array, Uint8Array]> = fc
  .tuple(arbitraryConstants, arbitraryConstants, fc.array(fc.nat(4), { maxLength: 5 }), fc.nat(255))
  .map(([before, added, kept, step]) => {
    const own = kept.flatMap((index) => before[index] ?? []) as unknown as (string | Tensor)[];
    const shared: [string, Tensor][] = [];
    for (let at = 0; at < own.length; at += 2) {
      const value = structuredClone(own[at + 1] as TensorOf<'uint8'>);
      const bytes = new Uint8Array(value.data.buffer as ArrayBuffer);
      for (let index = 0; index < bytes.length; index += 7) bytes[index]! += step;
      shared.push([own[at] as string, value]);
    }
    const names = new Set<string>();
    const after = [...shared, ...added].filter(([name]) => !names.has(name) && names.add(name));
    return [modelFile(before), modelFile(after)] as const;
  });

const arbitraryBytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.array(fc.constantFrom(...Buffer.from('abcdef')), { maxLength: 2000 }).map((bytes) => Uint8Array.from(bytes)),
);

describe('applyDelta', () => {
  test('makes the new file of the old one bit for bit, for any two models', () => {
    fc.assert(
      fc.property(arbitraryPair, ([old, fresh]) => {
        const delta = makeDelta(old, fresh);
        expect(Buffer.compare(applyDelta(old, delta), fresh)).toBe(0);
        expect(delta.length).toBeLessThanOrEqual(packed(fresh) + HEADER_BYTES);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('makes it for any bytes, empty ones too', () => {
    fc.assert(
      fc.property(arbitraryBytes, arbitraryBytes, (old, tail) => {
        for (const fresh of [
          tail,
          new Uint8Array(Buffer.concat([old, tail])),
          new Uint8Array(Buffer.concat([tail, old])),
        ]) {
          expect(Buffer.compare(applyDelta(old, makeDelta(old, fresh)), fresh)).toBe(0);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test.each(REAL_MODELS)('brings %s to itself and to it from another model', (name) => {
    const file = realModelBytes(name);
    expect(share(file, file)).toBeLessThan(200 / file.length);
    const changed = file.slice();
    for (let at = 1000; at < changed.length; at += 4099) changed[at]! ^= 1;
    expect(share(file, changed)).toBeLessThan(0.5);
  });

  test('refuses another base, naming both digests', () => {
    const [old, fresh] = [modelFile([['w', weights(5000, 1)]]), modelFile([['w', moved(weights(5000, 1), 0.2, 2)]])];
    const delta = makeDelta(old, fresh);
    const other = old.slice();
    other[60]! ^= 1;
    for (const base of [other, old.subarray(1), new Uint8Array()]) {
      expect(() => applyDelta(base, delta)).toThrow(expect.objectContaining({ code: 'DELTA_WRONG_BASE' }));
    }
  });

  test('makes nothing else of a delta of which a bit is another, and refuses one that ends early', () => {
    const [old, fresh] = [modelFile([['w', weights(900, 1)]]), modelFile([['w', moved(weights(900, 1), 0.3, 2)]])];
    const delta = makeDelta(old, fresh);
    for (let at = 0; at < delta.length; at += 1) {
      const damaged = delta.slice();
      damaged[at]! ^= 1 << (at % 8);
      expect(isRefusedOrExact(old, damaged, fresh)).toBe(true);
      expectRefusal(() => applyDelta(old, delta.subarray(0, at)));
    }
    expectRefusal(() => applyDelta(old, Buffer.concat([delta, Uint8Array.of(0)])));
  });

  test('refuses results that are larger than asked for, before it makes any of them', () => {
    const old = new Uint8Array(10);
    const delta = makeDelta(
      old,
      new Uint8Array(4096).map((_, at) => at * 31),
    );
    expect(() => applyDelta(old, delta, { maxResultBytes: 4095 })).toThrow(
      expect.objectContaining({ code: 'DELTA_TOO_LARGE' }),
    );
    expect(applyDelta(old, delta, { maxResultBytes: 4096 })).toHaveLength(4096);
    expect(() => applyDelta(old, hostile({ resultBytes: 2 ** 40 }, new Uint8Array()))).toThrow(
      expect.objectContaining({ code: 'DELTA_TOO_LARGE' }),
    );
  });

  test('stops decompressing where a body is larger than declared', () => {
    const bomb = new Uint8Array(2 ** 28);
    const delta = hostile({ resultBytes: 1000, bodyBytes: 900, instructionBytes: 3 }, bomb);
    expect(delta.length).toBeLessThan(10_000);
    const before = process.memoryUsage().arrayBuffers;
    expectRefusal(() => applyDelta(new Uint8Array(), delta));
    // 16 MiB are a sixteenth of what the bomb would take.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test.each([
    ['an unknown coding', [99, 10]],
    ['a copy of nothing', [0, 0, 0]],
    ['a copy from before the base', [0, 10, 1]],
    ['a copy from behind the base', [0, 10, 14]],
    ['more bytes than the result has', [0, 16, 0, 0, 16, 0]],
    ['fewer bytes than the result has', [0, 16, 0]],
    ['a literal without bytes', [1, 20]],
    ['an instruction that ends early', [0]],
    ['entries of four bytes in a run of six', [3, 6]],
    ['bytes that nobody reads', [0, 16, 0, 0, 4, 0], 5],
  ] as [string, number[], number?][])('refuses instructions with %s', (_, instructions, spare = 0) => {
    const body = Uint8Array.from([...instructions, ...Array.from({ length: spare }, () => 7)]);
    const sizes = { resultBytes: 20, bodyBytes: body.length, instructionBytes: instructions.length };
    expectRefusal(() => applyDelta(BASE, hostile(sizes, body)));
  });

  test('answers instructions and headers of any bytes with a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), fc.nat(200), (body, instructionBytes, resultBytes) => {
        expectRefusal(() => applyDelta(BASE, hostile({ resultBytes, bodyBytes: body.length, instructionBytes }, body)));
        expectRefusal(() => applyDelta(BASE, body));
        expectRefusal(() => deltaInfo(Buffer.concat([Buffer.from('ELD1'), body])));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

const BASE = Uint8Array.from({ length: 16 }, (_, at) => at);

/** A delta over BASE with a fitting header but for what is given. */
function hostile(parts: Partial<DeltaHeader>, body: Uint8Array): Uint8Array {
  const coded = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  const digest = createHash('sha256').update(BASE).digest('hex');
  const sizes = { baseBytes: BASE.length, resultBytes: 16, instructionBytes: 0, bodyBytes: 0 };
  const header = { kind: 'delta', baseDigest: digest, resultDigest: '00'.repeat(32), ...sizes } as const;
  return Buffer.concat([writeHeader({ ...header, ...parts, codedBytes: coded.length }), coded]);
}

/** Some bits of a brotli stream say nothing: what is made then is the file all the same. */
function isRefusedOrExact(old: Uint8Array, delta: Uint8Array, fresh: Uint8Array): boolean {
  try {
    return Buffer.compare(applyDelta(old, delta), fresh) === 0;
  } catch (error) {
    return error instanceof DeltaError;
  }
}

function expectRefusal(act: () => unknown): void {
  expect(act).toThrow(DeltaError);
}

describe('makeDelta', () => {
  const old = modelFile([
    ['w', weights(60_000, 1)],
    ['head', weights(2000, 2)],
  ]);

  test('tells small steps of int8 weights in little more than their entropy', () => {
    const fresh = modelFile([
      ['w', moved(weights(60_000, 1), 0.3, 3)],
      ['head', moved(weights(2000, 2), 0.3, 4)],
    ]);
    // 0.7 zeros and 0.15 of each step: 1.18 bits of 8. A code of whole bits takes a tenth more.
    expect(share(old, fresh)).toBeLessThan(1.1 * (1.18 / 8));
  });

  test('names what did not change, in place and under another name', () => {
    const head = moved(weights(2000, 2), 0.5, 5);
    const fresh = modelFile([
      ['w', weights(60_000, 1)],
      ['head', head],
    ]);
    expect(share(old, fresh)).toBeLessThan(0.015);
    const renamed = modelFile([
      ['other', weights(2000, 2)],
      ['new', weights(60_000, 1)],
    ]);
    expect(share(old, renamed)).toBeLessThan(0.01);
  });

  test('takes differences to a renamed constant of the same size', () => {
    const fresh = modelFile([
      ['w2', moved(weights(60_000, 1), 0.05, 3)],
      ['head', weights(2000, 2)],
    ]);
    expect(share(old, fresh)).toBeLessThan(0.07);
  });

  test('takes differences as far as a constant that grew goes', () => {
    const grown = Int8Array.from([...weights(60_000, 1).data, ...weights(600, 9).data]);
    const fresh = modelFile([
      ['w', tensor('int8', [60_600], grown)],
      ['head', weights(2000, 2)],
    ]);
    expect(share(old, fresh)).toBeLessThan(0.02);
  });

  test('takes less than brotli for floats that moved a little', () => {
    const before = randomFloat32(seededRandom(1), [20_000], 0.1);
    const random = seededRandom(2);
    const after = tensor(
      'float32',
      before.dims,
      before.data.map((value) => value + 1e-5 * (random() - 0.5)),
    );
    const [left, right] = [modelFile([['w', before]]), modelFile([['w', after]])];
    expect(share(left, right)).toBeLessThan(0.6);
    expect(packed(right) / right.length).toBeGreaterThan(0.85);
  });

  test('gives the whole file where that is smaller, which any base takes', () => {
    const fresh = new Uint8Array(5000);
    const delta = makeDelta(Uint8Array.of(1, 2, 3), fresh);
    expect(deltaInfo(delta)).toMatchObject({ kind: 'full', resultBytes: 5000, baseBytes: 3 });
    expect(applyDelta(new Uint8Array(9), delta)).toEqual(fresh);
  });

  test('gives equal bytes for equal files', () => {
    const fresh = modelFile([['w', moved(weights(60_000, 1), 0.3, 3)]]);
    expect(Buffer.compare(makeDelta(old, fresh), makeDelta(old.slice(), fresh.slice()))).toBe(0);
  });
});

test('verifyDelta says what a delta makes of a file', () => {
  const [old, fresh] = [modelFile([['w', weights(900, 1)]]), modelFile([['w', weights(900, 2)]])];
  const delta = makeDelta(old, fresh);
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  expect(verifyDelta(old, delta)).toEqual({
    ...{ kind: 'delta', baseDigest: digest(old), resultDigest: digest(fresh) },
    ...{ baseBytes: old.length, resultBytes: fresh.length, deltaBytes: delta.length },
  });
  expect(() => verifyDelta(fresh, delta)).toThrow(expect.objectContaining({ code: 'DELTA_WRONG_BASE' }));
});

test('tensorSpans finds initializers and constants of nodes by name, in graphs inside of nodes too', () => {
  const graph = new GraphBuilder();
  graph.input('c', 'bool', []);
  const branch = graph.inner('branch');
  branch.output(branch.constant(randomFloat32(seededRandom(3), [40]), 'inside'), 'float32', [40]);
  const value = graph.initializer('w', weights(100, 1));
  const constant = graph.node('Constant', [], { value: randomFloat32(seededRandom(4), [16]) }, { outputs: ['k'] });
  const attributes = { then_branch: branch.graph(), else_branch: branch.graph() };
  graph.output(graph.node('If', ['c'], attributes, { outputs: ['y'] }), 'float32', [40]);
  graph.output(value, 'int8', [100]).output(constant, 'float32', [16]);
  const file = writeModel(graph.build());
  const spans = tensorSpans(file);
  expect(spans.map(({ key, length, width }) => [key, length, width]).sort()).toEqual([
    ['k/value/', 64, 4],
    ['w', 100, 1],
    ['y/else_branch/inside', 160, 4],
    ['y/then_branch/inside', 160, 4],
  ]);
  const own = spans.find(({ key }) => key === 'w')!;
  expect(Int8Array.from(file.subarray(own.start, own.start + own.length))).toEqual(weights(100, 1).data);
});

test('deltas need nothing but Node itself, so that a device can apply them without the rest of the package', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'));
  const imports = files.flatMap((name) => {
    const source = readFileSync(`${import.meta.dirname}/${name}`, 'utf8');
    return [...source.matchAll(/from '([^']+)'/g)].map(([, path = '']) => path);
  });
  const foreign = imports.filter((path) => !path.startsWith('./') && !path.startsWith('node:'));
  expect(new Set(foreign)).toEqual(new Set(['../errors.ts']));
});
