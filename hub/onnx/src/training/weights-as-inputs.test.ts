import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { writeModel } from '../format/write-model.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { applyState } from './apply-state.ts';
import { weightsAsInputs } from './weights-as-inputs.ts';

const NAMES = ['w0', 'b0', 'w1', 'b1'];
const forward = denseNetwork({ sizes: [4, 8, 3] });

async function logits(model: Uint8Array, feeds: Record<string, TensorOf<'float32'>>): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(model);
  const given = Object.entries(feeds).map(([name, { data, dims }]) => [name, new ort.Tensor('float32', data, dims)]);
  const { logits: output } = await session.run(Object.fromEntries(given));
  await session.release();
  return output?.data as Float32Array;
}

test('a model that is fed its weights answers as one that holds them', async () => {
  const random = seededRandom(3);
  const features = randomFloat32(random, [5, 4]);
  const weights = Object.fromEntries(
    forward.graph.initializer
      .filter(({ name }) => NAMES.includes(name ?? ''))
      .map((proto) => [proto.name ?? '', randomFloat32(random, decodeTensor(proto).dims)]),
  );
  const held = applyState(forward, new Map(Object.entries(weights).map(([name, { data }]) => [name, data])));
  const fed = await logits(writeModel(weightsAsInputs(forward, NAMES)), { features, ...weights });
  expect(fed).toEqual(await logits(writeModel(held), { features }));
});

test('a name that is no initializer is refused', () => {
  expect(() => weightsAsInputs(forward, ['w9'])).toThrow(expect.objectContaining({ code: 'VALUE_UNKNOWN' }));
});
