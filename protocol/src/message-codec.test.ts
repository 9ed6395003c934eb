import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as protocol from './index.ts';
import {
  Birth,
  BlobChunk,
  DEFAULT_LIMIT_BYTES,
  Death,
  type MessageCodec,
  PROTOCOL_VERSION,
  type ProtocolError,
  ProtocolUsageError,
  ReceivedDataError,
  ReportedState,
  Sample,
  SampleBatch,
  TelemetryFrame,
  TensorSpec,
  UnsupportedProtocolVersionError,
} from './index.ts';

const codecs = Object.values(protocol).filter(
  (value): value is MessageCodec<object> => typeof value === 'object' && 'encode' in value && 'decode' in value,
);

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('decode', () => {
  test('gives every scalar, list and map its proto3 default and leaves absent messages out', () => {
    expect(Sample.decode(new Uint8Array())).toStrictEqual({
      sequence: 0,
      predictionId: '',
      atMs: 0,
      slot: '',
      model: '',
      version: 0,
      fields: {},
      predicted: '',
      confidence: 0,
      label: '',
    });
    expect(Object.keys(Birth.decode(fromHex('0801')))).not.toContain('capabilities');
  });

  test('shares no memory with the bytes it read', () => {
    const bytes = BlobChunk.encode({ data: Uint8Array.of(1, 2, 3) });
    const chunk = BlobChunk.decode(bytes);
    bytes.fill(9);
    expect(chunk.data).toStrictEqual(Uint8Array.of(1, 2, 3));
  });

  test('takes a Buffer and a view into a larger buffer alike', () => {
    const bytes = Death.encode({ bootId: 'b', reason: 'lost' });
    const large = new Uint8Array(bytes.length + 7);
    large.set(bytes, 5);
    expect(Death.decode(Buffer.from(bytes))).toEqual(Death.decode(large.subarray(5, 5 + bytes.length)));
  });

  test('refuses another protocol version with what came and what is supported', () => {
    const bytes = Birth.encode({ protocolVersion: PROTOCOL_VERSION + 1, deviceId: 'd1' });
    const error = catchError(() => Birth.decode(bytes));
    expect(error).toBeInstanceOf(UnsupportedProtocolVersionError);
    expect(error).toMatchObject({ code: 'UNSUPPORTED_PROTOCOL_VERSION', got: 2, supported: 1 });
    expect(error).toMatchObject({ message: 'Birth: expected protocol version 1, got 2' });
  });

  test('refuses a missing protocol version', () => {
    expect(() => Birth.decode(fromHex('120264 31'))).toThrow(expect.objectContaining({ got: 0 }));
  });

  test('names a later version rather than the fields of it that cannot be read', () => {
    // version 2, then a field that claims more bytes than there are
    expect(() => Birth.decode(fromHex('0802 12ff'))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_PROTOCOL_VERSION', got: 2 }),
    );
  });

  test('refuses longer input than its limit, and takes another limit', () => {
    const frame = new Uint8Array(DEFAULT_LIMIT_BYTES + 1);
    expect(() => TelemetryFrame.decode(frame)).toThrow(malformed());
    const birth = Birth.encode({ deviceId: 'd1' });
    expect(() => Birth.decode(birth, birth.length - 1)).toThrow(malformed());
    expect(Birth.decode(birth, birth.length)).toMatchObject({ deviceId: 'd1' });
  });

  test('refuses what is not bytes as a mistake of the caller', () => {
    expect(() => Birth.decode('text' as never)).toThrow(ProtocolUsageError);
  });

  test('refuses text that is not UTF-8', () => {
    expect(() => Death.decode(fromHex('0a02c328'))).toThrow(malformed());
  });

  test('keeps a map key that names a property of objects as data', () => {
    const fields = Object.fromEntries([['__proto__', { number: 1 }]]);
    const sample = Sample.decode(Sample.encode({ fields }));
    expect(Object.keys(sample.fields)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(sample.fields)).toBe(Object.prototype);
  });

  test('keeps the last of two choices on the wire', () => {
    // fields entry "a" -> number 0, then text "x"
    const bytes = fromHex('3a11 0a0161 120c 09 0000000000000000 12 0178');
    expect(Sample.decode(bytes).fields).toEqual({ a: { text: 'x' } });
  });
});

describe('unknown fields', () => {
  // field 100, varint 5; field 101, text "new"
  const later = 'a00605 aa06036e6577';

  test('survive decode and encode, at any depth', () => {
    const inner = fromHex(`0a0464656661 ${later}`);
    const slot = fromHex(`2a${inner.length.toString(16).padStart(2, '0')}`);
    const bytes = Uint8Array.of(...fromHex('0801'), ...slot, ...inner, ...fromHex(later));
    expect(ReportedState.encode(ReportedState.decode(bytes))).toStrictEqual(bytes);
  });

  test('are hidden from comparing and printing', () => {
    const death = Death.decode(fromHex(later));
    expect(death).toStrictEqual({ bootId: '', reason: '' });
    expect(JSON.stringify(death)).toBe('{"bootId":"","reason":""}');
  });
});

describe('encode', () => {
  test('sets the protocol version', () => {
    expect(Birth.encode({})).toStrictEqual(Uint8Array.of(8, PROTOCOL_VERSION));
  });

  const largest = Number.MAX_SAFE_INTEGER;
  const refused: [string, () => unknown][] = [
    ['an integer above 2^53', () => Sample.encode({ atMs: largest + 1 })],
    ['a negative count', () => Sample.encode({ atMs: -1 })],
    ['a fraction in an integer', () => Sample.encode({ sequence: 1.5 })],
    ['an integer above 32 bits', () => Sample.encode({ sequence: 2 ** 32 })],
    ['NaN in an integer', () => Sample.encode({ sequence: Number.NaN })],
    ['text for a number', () => Sample.encode({ confidence: '1' as never })],
    ['null', () => Sample.encode({ slot: null as never })],
    ['a lone surrogate', () => Sample.encode({ slot: '\ud800' })],
    ['an array for bytes', () => BlobChunk.encode({ data: [1] as never })],
    ['one value for a list', () => TensorSpec.encode({ dims: 1 as never })],
    ['two choices of one oneof', () => Sample.encode({ fields: { a: { number: 1, text: 'x' } } })],
    ['a value that is no message', () => TelemetryFrame.encode({ windows: [undefined as never] })],
  ];
  for (const [what, act] of refused) {
    test(`refuses ${what}`, () => {
      expect(act).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
      expect(act).toThrow(ProtocolUsageError);
    });
  }

  test('names the field and what it must be', () => {
    const windows = [{ features: [{ bins: [1, -2] }] }];
    expect(() => TelemetryFrame.encode({ windows })).toThrow(
      'TelemetryFrame.windows.features.bins must be an integer from 0 to 2^53-1, got -2',
    );
  });
});

describe('64-bit integers', () => {
  test('arrive exactly up to 2^53-1 and down to -(2^53-1)', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeInteger(), (count, dim) => {
        expect(Sample.decode(Sample.encode({ atMs: count })).atMs).toBe(count);
        expect(TensorSpec.decode(TensorSpec.encode({ dims: [dim] })).dims).toEqual([dim]);
      }),
    );
  });

  test('above 2^53 are refused, not rounded', () => {
    // at_ms = 2^53, 2^53 + 1 and 2^64 - 1
    for (const varint of ['8080808080808010', '8180808080808010', 'ffffffffffffffffff01']) {
      expect(() => Sample.decode(fromHex(`18${varint}`))).toThrow(malformed());
    }
    // dims = [-2^63]
    expect(() => TensorSpec.decode(fromHex('1a0affffffffffffffffff01'))).toThrow(malformed());
  });
});

describe('hostile bytes', () => {
  for (const codec of codecs) {
    test(`${codec.name} throws nothing but ReceivedDataError`, () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodesOrRefuses(codec, bytes)));
    });
  }

  test('a truncated or altered frame throws nothing but ReceivedDataError', () => {
    const bytes = TelemetryFrame.encode({
      bootId: 'b',
      windows: [{ slot: 'default', startMs: 1_700_000_000_000, features: [{ bins: [1, 2, 300], mean: 2.5 }] }],
    });
    for (let length = 0; length < bytes.length; length++) decodesOrRefuses(TelemetryFrame, bytes.subarray(0, length));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (place, value) =>
        decodesOrRefuses(TelemetryFrame, bytes.with(place, value)),
      ),
    );
  });

  test('half a megabyte of empty windows is malformed', () => {
    const frame = new Uint8Array(DEFAULT_LIMIT_BYTES);
    // protocol_version 1, then windows of no bytes
    frame.set([0x08, 0x01]);
    for (let place = 2; place < frame.length; place += 2) frame[place] = 0x1a;
    expect(() => TelemetryFrame.decode(frame)).toThrow(malformed());
  });

  test('a batch of samples as long as the limit is taken', () => {
    const fields = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [String(index), { number: 1 }]));
    const one = SampleBatch.encode({ samples: [{ fields }] }).length;
    const samples = new Array(Math.floor(DEFAULT_LIMIT_BYTES / one)).fill({ fields });
    expect(SampleBatch.decode(SampleBatch.encode({ samples })).samples).toHaveLength(samples.length);
  });

  test('a chunk cut short is malformed', () => {
    const bytes = BlobChunk.encode({ data: new Uint8Array(1000) });
    expect(() => BlobChunk.decode(bytes.subarray(0, 999))).toThrow(malformed());
  });
});

function decodesOrRefuses(codec: MessageCodec<object>, bytes: Uint8Array): void {
  const error = catchError(() => codec.decode(bytes));
  if (error !== undefined) expect(error).toBeInstanceOf(ReceivedDataError);
}

function catchError(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

function malformed(): ProtocolError {
  return expect.objectContaining({ code: 'MALFORMED_MESSAGE', name: 'ReceivedDataError' });
}
