import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Predictor } from '../../../inference/predictor.ts';
import { serveHttp } from '../../../test-rig/http-rig.ts';
import { loadedModel, mixedModel, mixedProbability, mixedSignature } from '../../../test-rig/mixed-model.ts';
import { PredictingIntake } from '../../../test-rig/predicting-intake.ts';

// float32 against double precision: a few units in the last place of a number below 1.
const TOLERANCE = 1e-6;
const INFER = '/v2/models/mixed/infer';
const AT = 1_700_500_000;
const signature = mixedSignature();
let predictor: Predictor;

beforeAll(async () => {
  const model = await loadedModel(mixedModel(), signature, () => undefined);
  predictor = new Predictor(model, { slot: 'default', model: 'mixed', version: 1, signature, idPrefix: 'x' });
});

async function makeServer(limits = {}) {
  const intake = new PredictingIntake(predictor);
  const server = await serveHttp({ model: 'mixed', version: 1, signature }, intake, onTestFinished, limits);
  return { ...server, intake };
}

const tensor = (name: string, datatype: string, shape: number[], data: unknown) => ({ name, datatype, shape, data });

/** A binary request by hand: JSON, and behind it what each input takes. */
function binaryRequest(inputs: readonly [string, string, number[], Buffer][], more: object = {}) {
  const json = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(([name, datatype, shape, bytes]) => ({
        ...{ name, datatype, shape },
        parameters: { binary_data_size: bytes.length },
      })),
      ...more,
    }),
  );
  return {
    body: Buffer.concat([json, ...inputs.map(([, , , bytes]) => bytes)]),
    headers: { 'inference-header-content-length': String(json.length), 'content-type': 'application/octet-stream' },
  };
}

function floats(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}

function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8);
  return bytes;
}

/** Each element behind its length: 4 bytes, little endian. */
function packed(elements: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const bytes = Buffer.from(element as string);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

function firstOutput(body: unknown): number {
  return Number(
    (body as { outputs: { name: string; data: number[] }[] }).outputs.find(({ name }) => name === 'p')!.data[0],
  );
}

const png = (light: number) =>
  sharp({ create: { width: 3, height: 2, channels: 3, background: { r: light, g: light, b: light } } })
    .png()
    .toBuffer();

// https://github.com/kserve/open-inference-protocol: HTTP/REST
describe('the Open Inference Protocol', () => {
  it('describes every input and output with its datatype and shape', async () => {
    const { call } = await makeServer();
    expect((await call('/v2/models/mixed')).body).toEqual({
      ...{ name: 'mixed', versions: ['1'], platform: 'onnx_onnxv1' },
      inputs: [
        { name: 'features', datatype: 'FP32', shape: [-1, 2] },
        { name: 'times', datatype: 'FP64', shape: [-1, 1] },
        { name: 'categories', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'text', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'image', datatype: 'UINT8', shape: [-1, -1, -1, 3] },
        { name: 'window', datatype: 'FP32', shape: [-1, 4, 2] },
      ],
      outputs: [
        { name: 'p', datatype: 'FP32', shape: [-1, 2] },
        { name: 'index', datatype: 'INT64', shape: [-1] },
        { name: 'word', datatype: 'BYTES', shape: [-1] },
      ],
    });
  });

  it('takes every kind of input in one JSON request', async () => {
    const { call } = await makeServer();
    const inputs = [
      tensor('features', 'FP32', [1, 2], [[1.5, null]]),
      tensor('times', 'FP64', [1, 1], [AT]),
      tensor('categories', 'BYTES', [1, 1], ['red']),
      tensor('text', 'BYTES', [1, 1], [['größe 📏']]),
      tensor(
        'image',
        'UINT8',
        [1, 1, 2, 3],
        [
          [
            [
              [10, 20, 30],
              [40, 50, 60],
            ],
          ],
        ],
      ),
      tensor('window', 'FP32', [1, 4, 2], [1, 2, 3, null, 5, 6, 7, 8]),
    ];
    const { status, body } = await call(INFER, { id: 'r1', inputs });
    expect(status).toBe(200);
    const expected = mixedProbability({
      ...{ heat: 1.5, at: AT, colour: 'red', note: 'größe 📏', pixels: [10, 20, 30, 40, 50, 60] },
      window: [
        [1, 2],
        [3, Number.NaN],
        [5, 6],
        [7, 8],
      ],
    });
    expect(Math.abs(firstOutput(body) - expected)).toBeLessThan(TOLERANCE);
    expect(body).toMatchObject({
      id: 'r1',
      outputs: [
        { name: 'p', datatype: 'FP32', shape: [1, 2] },
        { name: 'index', datatype: 'INT64', shape: [1], data: [0] },
        { name: 'word', datatype: 'BYTES', shape: [1], data: ['high'] },
      ],
    });
  });

  it('takes single features by name, times as text, channels of a window, and leaves out the rest', async () => {
    const { call, intake } = await makeServer();
    const inputs = [
      tensor('heat', 'FP32', [2], [1, -1]),
      tensor('load', 'INT64', [2, 1], [3, 5]),
      tensor('at', 'BYTES', [2], [new Date(AT * 1_000).toISOString(), '']),
      tensor('colour', 'BYTES', [2], ['blue', null]),
      tensor('y', 'FP32', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    ];
    const { status, body } = await call(INFER, { inputs });
    expect(status).toBe(200);
    const columns = [1, 2, 3, 4].map((value) => [Number.NaN, value]);
    const expected = mixedProbability({ heat: 1, load: 3, at: AT, colour: 'blue', window: columns });
    expect(Math.abs(firstOutput(body) - expected)).toBeLessThan(TOLERANCE);
    expect(intake.inferences[1]!.values).toMatchObject({ heat: -1, load: 5, at: null, colour: null, x: null, y: 8 });
  });

  it('takes images as files, too', async () => {
    const { call } = await makeServer();
    const file = await png(51);
    const json = { inputs: [tensor('photo', 'BYTES', [1], [file.toString('base64')])] };
    const { body, headers } = binaryRequest([['image', 'BYTES', [1, 1], packed([file])]]);
    for (const answer of [await call(INFER, json), await call(INFER, body, 'POST', headers)]) {
      expect(answer.status).toBe(200);
      expect(Math.abs(firstOutput(answer.body) - mixedProbability({ pixels: [51] }))).toBeLessThan(TOLERANCE);
    }
  });

  it('takes binary tensors and gives binary tensors where they are asked for', async () => {
    const { call } = await makeServer();
    const { body, headers } = binaryRequest(
      [
        ['features', 'FP32', [2, 2], floats([1, Number.NaN, -6, 0.5])],
        ['times', 'FP64', [2, 1], doubles([AT, Number.NaN])],
        ['categories', 'BYTES', [2, 1], packed(['red', ''])],
        ['text', 'BYTES', [2, 1], packed(['größe 📏', 'hello'])],
        ['image', 'UINT8', [2, 1, 1, 3], Buffer.from([0, 0, 0, 255, 255, 255])],
      ],
      {
        parameters: { binary_data_output: true },
        outputs: [{ name: 'p' }, { name: 'word' }, { name: 'index', parameters: { binary_data: false } }],
      },
    );
    const answer = await call(INFER, body, 'POST', headers);
    expect(answer.status).toBe(200);
    const length = Number(answer.headers.get('inference-header-content-length'));
    const json = JSON.parse(answer.bytes.subarray(0, length).toString()) as { outputs: object[] };
    expect(json.outputs).toEqual([
      { name: 'p', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } },
      { name: 'word', datatype: 'BYTES', shape: [2], parameters: { binary_data_size: 15 } },
      { name: 'index', datatype: 'INT64', shape: [2], data: [0, 1] },
    ]);
    const binary = answer.bytes.subarray(length);
    const expected = [
      mixedProbability({ heat: 1, at: AT, colour: 'red', note: 'größe 📏', pixels: [0] }),
      mixedProbability({ heat: -6, load: 0.5, note: 'hello', pixels: [255] }),
    ];
    for (const [row, value] of expected.entries()) {
      expect(Math.abs(binary.readFloatLE(row * 8) - value)).toBeLessThan(TOLERANCE);
    }
    expect(binary.subarray(16)).toEqual(packed(['high', 'low']));
  });

  it('says nothing in binary when nobody asked for it', async () => {
    const { call } = await makeServer();
    const answer = await call(INFER, { inputs: [tensor('heat', 'FP32', [1], [1])] });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('inference-header-content-length')).toBeNull();
  });
});

describe('a request that does not fit the signature', () => {
  const refused: readonly (readonly [string, object, string, string | undefined])[] = [
    ['another datatype', tensor('features', 'INT64', [1, 2], [1, 2]), 'features', 'type'],
    ['an image with other channels', tensor('image', 'UINT8', [1, 1, 1, 1], [9]), 'photo', 'shape'],
    ['an image without pixels', tensor('image', 'UINT8', [1, 0, 1, 3], []), 'photo', 'shape'],
    ['an image that is none', tensor('photo', 'BYTES', [1], ['aGVsbG8=']), 'photo', 'type'],
    ['a light that is no byte', tensor('image', 'UINT8', [1, 1, 1, 3], [1, 2, 300]), 'photo', 'range'],
    ['a window of another size', tensor('window', 'FP32', [1, 3, 2], [1, 2, 3, 4, 5, 6]), 'window', 'shape'],
    ['a channel of another size', tensor('x', 'FP32', [1, 3], [1, 2, 3]), 'x', 'shape'],
    ['a text for a number', tensor('heat', 'BYTES', [1], ['warm']), 'heat', 'type'],
    ['a text for a channel', tensor('x', 'BYTES', [1, 4], ['1', '2', 'warm', '4']), 'x', 'type'],
    ['a text for a time', tensor('at', 'BYTES', [1], ['noon']), 'at', 'type'],
    ['several values for one feature', tensor('heat', 'FP32', [1, 2], [1, 2]), 'heat', 'shape'],
    ['a name that the model does not have', tensor('cold', 'FP32', [1], [1]), 'cold', undefined],
  ];
  for (const [title, input, field, kind] of refused) {
    it(`is answered with 422 and the name, and counted: ${title}`, async () => {
      const { call, intake } = await makeServer();
      const { status, body } = await call(INFER, { inputs: [input] });
      expect(status).toBe(422);
      expect(body).toEqual({ error: expect.stringContaining(field) });
      const counted = [
        ...intake.faults.map(({ violation }) => violation),
        ...intake.inferences.flatMap(({ outcome }) => outcome.violations),
      ];
      expect(counted).toEqual(kind === undefined ? [] : [{ feature: field, kind }]);
    });
  }
});

describe('a request that is none', () => {
  const one = (parts: object) => ({ inputs: [{ name: 'heat', datatype: 'FP32', shape: [1], data: [1], ...parts }] });
  const json: readonly (readonly [string, unknown])[] = [
    ['no JSON', '{'],
    ['a shape that is none', one({ shape: [1.5] })],
    ['a shape of a thousand dimensions', one({ shape: new Array(1_000).fill(1) })],
    ['a shape larger than any data', one({ shape: [2 ** 52, 2 ** 52] })],
    ['an unknown datatype', one({ datatype: 'FP8' })],
    ['a datatype that every object has', one({ datatype: 'constructor' })],
    ['data nested deeper than its shape', one({ data: [[[1]]] })],
    ['a size of binary data without any', one({ data: undefined, parameters: { binary_data_size: 4 } })],
    ['data twice', one({ parameters: { binary_data_size: 0 } })],
    ['the same input twice', { inputs: [...one({}).inputs, ...one({}).inputs] }],
    ['inputs of different rows', { inputs: [...one({}).inputs, tensor('load', 'FP32', [2], [1, 2])] }],
    ['too many rows', one({ shape: [5_000], data: new Array(5_000).fill(1) })],
    ['outputs that are no list', { ...one({}), outputs: {} }],
    ['a flag that is none', { ...one({}), parameters: { binary_data_output: 1 } }],
  ];
  for (const [title, body] of json) {
    it(`is answered with 400: ${title}`, async () => {
      const { call } = await makeServer();
      expect(await call(INFER, body)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    });
  }

  const text = (bytes: Buffer) => binaryRequest([['text', 'BYTES', [1, 1], bytes]]);
  const binary: readonly (readonly [string, { body: Buffer; headers: Record<string, string> }])[] = [
    ['a length beyond the text', text(Buffer.from([200, 0, 0, 0, 65]))],
    ['a length that is cut', text(Buffer.from([1, 0]))],
    ['more texts than its shape says', text(packed(['a', 'b']))],
    [
      'bytes behind the last tensor',
      { ...text(packed(['a'])), body: Buffer.concat([text(packed(['a'])).body, Buffer.from([1])]) },
    ],
    ['fewer bytes than its sizes say', { ...text(packed(['a'])), body: text(packed(['a'])).body.subarray(0, -1) }],
    ['numbers of other length', binaryRequest([['features', 'FP32', [1, 2], Buffer.alloc(7)]])],
    [
      'a header longer than the body',
      { ...text(packed(['a'])), headers: { 'inference-header-content-length': '100000' } },
    ],
    ['a header that is no number', { ...text(packed(['a'])), headers: { 'inference-header-content-length': '-1' } }],
  ];
  for (const [title, { body, headers }] of binary) {
    it(`is answered with 400: ${title}`, async () => {
      const { call } = await makeServer();
      expect(await call(INFER, body, 'POST', headers)).toMatchObject({
        status: 400,
        body: { error: expect.any(String) },
      });
    });
  }

  it('is answered with 413 when it is too long, or its images are too large', async () => {
    const { call } = await makeServer({ maxBodyBytes: 2_000, maxPixels: 5 });
    expect(await call(INFER, 'x'.repeat(2_001))).toMatchObject({ status: 413 });
    const photo = tensor('photo', 'BYTES', [1], [(await png(1)).toString('base64')]);
    expect(await call(INFER, { inputs: [photo] })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('pixel') },
    });
  });

  it('is answered with 415 when it is packed, and 404 for a path that is none', async () => {
    const { call } = await makeServer();
    expect(await call(INFER, 'x', 'POST', { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(await call('/v2/models/%E0%A4%A')).toMatchObject({ status: 404 });
    expect(await call('//')).toMatchObject({ status: 404 });
  });

  it('never is the fault of the server, whatever it is', async () => {
    const { call } = await makeServer();
    const name = fc.constantFrom(
      ...['features', 'times', 'categories', 'text', 'image', 'window', 'photo', 'heat', 'x', 'at', '__proto__', ''],
    );
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6 }),
      fc.string(),
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.constant([1]),
      fc.constant({}),
    );
    const input = fc.record(
      {
        name: fc.oneof(name, fc.anything()),
        datatype: fc.oneof(
          fc.constantFrom('FP32', 'FP64', 'BYTES', 'UINT8', 'INT64', 'BOOL', 'FP16', 'toString'),
          fc.anything(),
        ),
        shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 5 }), fc.anything()),
        data: fc.oneof(fc.array(value, { maxLength: 8 }), fc.anything()),
        parameters: fc.oneof(fc.record({ binary_data_size: fc.integer({ min: -1, max: 40 }) }), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const request = fc.record(
      {
        id: fc.anything(),
        inputs: fc.oneof(fc.array(input, { maxLength: 3 }), fc.anything()),
        outputs: fc.anything(),
        parameters: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const length = fc.option(fc.oneof(fc.nat(200).map(String), fc.constant('right'), fc.constant('-')), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(request, fc.uint8Array({ maxLength: 60 }), length, async (json, tail, header) => {
        const head = Buffer.from(
          JSON.stringify(json, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)),
        );
        const headers =
          header === undefined
            ? {}
            : { 'inference-header-content-length': header === 'right' ? String(head.length) : header };
        const { status } = await call(INFER, Buffer.concat([head, tail]), 'POST', headers);
        expect([200, 400, 422]).toContain(status);
      }),
      { numRuns: 400 },
    );
    expect((await call(INFER, { inputs: [tensor('heat', 'FP32', [1], [1])] })).status).toBe(200);
  });
});
