import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Predictor } from '../../../inference/predictor.ts';
import { binaryRequest, doubles, floats, packed } from '../../../test-rig/binary-request.ts';
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
