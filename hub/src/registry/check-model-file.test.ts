import { float32, GraphBuilder, type Model, writeModel } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { textDirectionModel } from '../testing/text-direction.ts';
import { checkModelFile } from './check-model-file.ts';

function refusal(bytes: Uint8Array): unknown {
  try {
    checkModelFile(bytes);
  } catch (error) {
    return error;
  }
  return undefined;
}

function product(): Model {
  const graph = new GraphBuilder();
  const weight = graph.initializer('w', float32([1, 2, 3, 4], [2, 2]));
  graph.node('MatMul', [graph.input('x', 'float32', ['batch', 2]), weight], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 2]).build();
}

test('a sound model passes', () => {
  expect(refusal(writeModel(product()))).toBeUndefined();
  expect(refusal(textDirectionModel())).toBeUndefined();
});

test('weights in another file are refused, with what to do', () => {
  const model = product();
  const [weight] = model.graph.initializer;
  Object.assign(weight!, { rawData: null, dataLocation: 1, externalData: [{ key: 'location', value: 'w.bin' }] });
  expect(refusal(writeModel(model))).toMatchObject({
    ...{
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/^model file: Tensor w .*; save the model as one file/),
    },
  });
});

test('a file that was cut off is told from one of another kind', () => {
  const whole = writeModel(product());
  expect(refusal(whole.subarray(0, whole.length - 9))).toMatchObject({
    message: expect.stringContaining('end inside'),
  });
  expect(refusal(Buffer.from('PK zip archive'))).toMatchObject({ message: expect.stringContaining('another format') });
  expect(refusal(new Uint8Array())).toMatchObject({ message: expect.stringContaining('got 0 bytes') });
});
