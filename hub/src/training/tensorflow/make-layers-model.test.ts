import { describe, expect, test } from 'vitest';
import { RequestError } from '../../errors.ts';
import { makeLayersModel } from './make-layers-model.ts';
import { tf } from './tensorflow.ts';

function network(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, inputShape: [2], name: 'hidden' }),
      tf.layers.dense({ units: 1, name: 'last' }),
    ],
  });
}

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
  return artifacts!;
}

const x = tf.tensor([[1, 2]]);

describe('a network from a model.json', () => {
  test('has the weights of its shards', async () => {
    const model = network();
    const { modelTopology, weightSpecs, weightData } = await saved(model);
    const bytes = new Uint8Array(weightData as ArrayBuffer);
    const file = { modelTopology, weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights: weightSpecs }] };
    const made = await makeLayersModel(file, [bytes.subarray(0, 10), bytes.subarray(10)]);
    const values = (made.predict(x) as tf.Tensor).dataSync();
    expect([...values]).toEqual([...(model.predict(x) as tf.Tensor).dataSync()]);
  });

  test('starts with new weights without shards, from the topology alone', async () => {
    const made = await makeLayersModel(network().toJSON(null, false));
    expect(made.weights.map(({ originalName }) => originalName)).toEqual([
      'hidden/kernel',
      'hidden/bias',
      'last/kernel',
      'last/bias',
    ]);
  });

  test.each([
    ['no object', 'text', /must be a model.json/],
    ['an unknown layer', { class_name: 'Sequential', config: { name: 's', layers: [layer('Lambda')] } }, /model.json/],
    ['a graph model', { modelTopology: { node: [] } }, /model.json/],
  ])('is refused for %s', async (_what, file, message) => {
    const error = await makeLayersModel(file).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
  });

  test('is refused when a shard is missing or too short', async () => {
    const { modelTopology, weightSpecs } = await saved(network());
    const file = { modelTopology, weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights: weightSpecs }] };
    for (const shards of [[new Uint8Array(8)], [new Uint8Array(8), new Uint8Array(4)]]) {
      await expect(makeLayersModel(file, shards)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });
});

function layer(className: string): object {
  return { class_name: className, config: { name: 'l', batch_input_shape: [null, 2] } };
}
