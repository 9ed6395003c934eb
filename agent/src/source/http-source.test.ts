import { describe, expect, it, onTestFinished } from 'vitest';
import { CollectingIntake } from '../test-rig/collecting-intake.ts';
import { serveHttp } from '../test-rig/http-rig.ts';
import { signature } from '../test-rig/test-release.ts';

async function makeServer() {
  const intake = new CollectingIntake();
  const server = await serveHttp({ model: 'tiny', version: 3, signature: signature() }, intake, onTestFinished);
  return { ...server, intake };
}

const INFER = '/v2/models/tiny/infer';
const input = (parts: object = {}): object => ({
  name: 'x',
  shape: [2, 2],
  datatype: 'FP32',
  data: [1, 2, 3, 4],
  ...parts,
});

// https://github.com/kserve/open-inference-protocol: HTTP/REST
describe('the Open Inference Protocol server', () => {
  it('says that it lives, that it is ready, and what it serves', async () => {
    const { call } = await makeServer();
    expect(await call('/v2/health/live')).toMatchObject({ status: 200, body: { live: true } });
    expect(await call('/v2/health/ready')).toMatchObject({ status: 200, body: { ready: true } });
    expect(await call('/v2')).toMatchObject({
      status: 200,
      body: { name: 'edgeloop-agent', extensions: ['binary_tensor_data'] },
    });
    expect(await call('/v2/models/tiny/versions/3/ready')).toMatchObject({
      status: 200,
      body: { name: 'tiny', ready: true },
    });
    expect(await call('/v2/models/tiny')).toMatchObject({
      status: 200,
      body: {
        name: 'tiny',
        versions: ['3'],
        platform: 'onnx_onnxv1',
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
        outputs: [{ name: 'p', datatype: 'FP32', shape: [-1, 2] }],
      },
    });
  });

  it('answers named tensors with named tensors', async () => {
    const { call, intake } = await makeServer();
    const { status, body } = await call('/v2/models/tiny/versions/3/infer', { id: 'r1', inputs: [input()] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ id: 'r1', model_name: 'tiny', model_version: '3' },
      outputs: [{ name: 'p', datatype: 'FP32', shape: [2, 2], data: [0.75, 0.25, 0.75, 0.25] }],
    });
    expect(intake.readings.map(({ tensors }) => tensors!['x'])).toEqual([
      { dims: [2], values: [1, 2] },
      { dims: [2], values: [3, 4] },
    ]);
  });

  it('takes nested data, single features by name, and null for a missing measurement', async () => {
    const { call, intake } = await makeServer();
    await call(INFER, {
      inputs: [
        input({
          data: [
            [1, null],
            [3, 4],
          ],
        }),
      ],
    });
    expect(intake.readings[0]!.tensors!['x']).toEqual({ dims: [2], values: [1, Number.NaN] });
    const features = ['a', 'b'].map((name, index) => ({
      name,
      shape: [2],
      datatype: 'FP32',
      data: [index, index + 1],
    }));
    expect((await call(INFER, { inputs: features })).status).toBe(200);
    expect(intake.readings.slice(2).map(({ fields }) => fields)).toEqual([
      { a: 0, b: 1 },
      { a: 1, b: 2 },
    ]);
  });

  const wrong: readonly (readonly [string, number, unknown])[] = [
    ['no JSON', 400, '{oops'],
    ['no object', 400, [1]],
    ['no inputs', 400, { inputs: [] }],
    ['an unknown input', 422, { inputs: [input({ name: 'y' })] }],
    ['another datatype', 422, { inputs: [input({ datatype: 'INT64' })] }],
    ['another shape', 422, { inputs: [input({ shape: [1, 4] })] }],
    ['less data than its shape says', 400, { inputs: [input({ data: [1] })] }],
    ['text for a number', 400, { inputs: [input({ data: [1, 2, 3, 'x'] })] }],
    ['no rows', 400, { inputs: [input({ shape: [0, 2], data: [] })] }],
    ['a shape that is no shape', 400, { inputs: [input({ shape: [-2] })] }],
    ['an unknown output', 422, { inputs: [input()], outputs: [{ name: 'q' }] }],
  ];
  for (const [title, status, request] of wrong) {
    it(`refuses a request with ${title}`, async () => {
      const { call, intake } = await makeServer();
      const answer = await call(INFER, request);
      expect(answer.status).toBe(status);
      expect(answer.body).toEqual({ error: expect.any(String) });
      expect(intake.readings).toEqual([]);
    });
  }

  it('refuses paths, models, versions and methods it does not have', async () => {
    const { call } = await makeServer();
    expect((await call('/metrics')).status).toBe(404);
    expect((await call('/v2/models/other')).status).toBe(404);
    expect((await call('/v2/models/tiny/versions/2/infer', { inputs: [input()] })).status).toBe(404);
    expect((await call(INFER)).status).toBe(405);
    expect((await call('/v2', {}, 'POST')).status).toBe(405);
  });

  it('tells what went wrong in the model, and whose fault it was', async () => {
    const { call, intake } = await makeServer();
    intake.answer = () => ({ failure: { code: 'INFERENCE_FAILED', message: 'NaN' } });
    expect(await call(INFER, { inputs: [input()] })).toMatchObject({ status: 500, body: { error: 'NaN' } });
    intake.answer = () => ({ failure: { code: 'INPUT_INVALID', message: 'odd' } });
    expect(await call(INFER, { inputs: [input()] })).toMatchObject({ status: 422, body: { error: 'odd' } });
  });
});
