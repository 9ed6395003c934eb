import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Predictor } from '../../../inference/predictor.ts';
import { binaryRequest, packed } from '../../../test-rig/binary-request.ts';
import { serveHttp } from '../../../test-rig/http-rig.ts';
import { loadedModel, mixedModel, mixedSignature } from '../../../test-rig/mixed-model.ts';
import { PredictingIntake } from '../../../test-rig/predicting-intake.ts';

const INFER = '/v2/models/mixed/infer';
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

const png = (light: number) =>
  sharp({ create: { width: 3, height: 2, channels: 3, background: { r: light, g: light, b: light } } })
    .png()
    .toBuffer();

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
