import { describe, expect, test } from 'vitest';
import type { PreparedPart } from '../preparation/preparation.ts';
import { SeededRandom } from '../seeded-random.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import { customLayers } from './custom-layers.ts';

const VALUES: PreparedPart = { name: 'values', kind: 'values', dims: [3], entries: ['a', 'b', 'b is missing'] };
const TEXT: PreparedPart = { name: 'text', kind: 'tokens', dims: [8], levels: [50] };
const PRESENCE: PreparedPart = { name: 'presence', kind: 'values', dims: [2], entries: ['table', 'text'] };

function fileOf(model: tf.LayersModel): Uint8Array {
  return Buffer.from(JSON.stringify({ modelTopology: model.toJSON(undefined, false), weightsManifest: [] }));
}

function dense(inputs: number, outputs: number, activation: 'softmax' | 'linear' = 'softmax'): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ name: 'first', units: 4, activation: 'relu', inputShape: [inputs] }),
      tf.layers.dense({ name: 'last', units: outputs, activation }),
    ],
  });
}

function made(model: Uint8Array, parts: readonly PreparedPart[] = [VALUES], outputs = 2) {
  return customLayers({ model }, { parts, outputs, random: new SeededRandom(1) });
}

describe('layers of a model.json', () => {
  test('end in logits, whatever they end in themselves', async () => {
    const { layers, inputs } = await made(fileOf(dense(3, 2)));
    expect(layers.layers.at(-1)?.getConfig()['activation']).toBe('linear');
    expect(inputs).toEqual([VALUES]);
  });

  test('begin with the same weights every time', async () => {
    const weights = async () => {
      const { layers } = await made(fileOf(dense(3, 2)));
      return Array.from(layers.getWeights()[0]!.dataSync());
    };
    const first = await weights();
    expect(await weights()).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(4);
  });

  test('take parts by the names of their inputs, in any order', async () => {
    const [text, values] = [tf.input({ shape: [8], name: 'text' }), tf.input({ shape: [3], name: 'values' })];
    const joined = tf.layers.concatenate({ name: 'join' }).apply([text, values]) as tf.SymbolicTensor;
    const output = tf.layers.dense({ name: 'last', units: 2 }).apply(joined) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [text, values], outputs: output });
    const { inputs } = await made(fileOf(model), [VALUES, TEXT, PRESENCE]);
    expect(inputs.map(({ name }) => name)).toEqual(['text', 'values']);
  });

  for (const [what, file, parts, message] of [
    [
      'read another size',
      fileOf(dense(4, 2)),
      [VALUES],
      /takes \[4\], and the data gives values \[3\] \(a, b, b is missing\)/,
    ],
    ['tell another number of classes', fileOf(dense(3, 5)), [VALUES], /expected an output of \[2\], .*, got \[5\]/],
    [
      'have an input of no known name',
      fileOf(dense(3, 2)),
      [VALUES, TEXT],
      /must be called like what it takes: values, text/,
    ],
    ['are no JSON', Buffer.from('model'), [VALUES], /the model.json cannot be read: expected JSON/],
    [
      'are no network',
      Buffer.from('{"modelTopology": 3}'),
      [VALUES],
      /expected the topology of a Sequential or functional/,
    ],
  ] as [string, Uint8Array, PreparedPart[], RegExp][]) {
    test(`are refused when they ${what}`, async () => {
      await expect(made(file, parts)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(message),
      });
    });
  }
});
