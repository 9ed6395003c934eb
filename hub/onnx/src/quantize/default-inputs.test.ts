import { expect, test } from 'vitest';
import { type Model, withGraph } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { toValueInfo } from '../graph/value-type.ts';
import { checkModel } from '../inspect/check-model.ts';
import { minMaxRanges } from '../testing/calibration.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { dynamicQuantize } from './dynamic/dynamic-quantize.ts';
import { toFloat16 } from './float16/to-float16.ts';
import { prepareForQuantization } from './plan/prepare-for-quantization.ts';
import { staticQuantize } from './static/static-quantize.ts';
import { weightOnlyQuantize } from './weight-only/weight-only-quantize.ts';

const SIZE = 256;
const RANDOM = seededRandom(31);
const FEATURES = randomFloat32(RANDOM, [8, SIZE]);

/** A dense layer whose weights and bias are inputs with a default, as `keep_initializers_as_inputs` of PyTorch has it. */
function denseModel(): Model {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', ['n', SIZE]);
  const weights = graph.initializer('w', randomFloat32(RANDOM, [SIZE, SIZE], 0.1));
  const bias = graph.initializer('b', randomFloat32(RANDOM, [SIZE], 0.1));
  const dense = graph.node('Gemm', ['features', weights, bias], {}, { outputs: ['y'] });
  const model = graph.output(dense, 'float32', ['n', SIZE]).build();
  const given = [
    toValueInfo('w', { type: 'float32', dims: [SIZE, SIZE] }),
    toValueInfo('b', { type: 'float32', dims: [SIZE] }),
  ];
  return withGraph(model, { input: [...model.graph.input, ...given] });
}

const model = denseModel();
const ranges = await minMaxRanges(model, FEATURES);

const FORMS: Readonly<Record<string, (float: Model) => Model>> = {
  static: (float) => staticQuantize(float, ranges),
  dynamic: (float) => dynamicQuantize(float),
  'weights-only': (float) => weightOnlyQuantize(float, { bits: 8 }),
  float16: (float) => toFloat16(float),
};

test.each(Object.entries(FORMS))(
  'the %s form of a model whose weights are inputs needs none of them',
  async (_, form) => {
    const float = (await (await ortSession(model)).run({ features: FEATURES }))['y']!.data as Float32Array;
    const largest = float.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const made of [form(model), form(prepareForQuantization(model))]) {
      expect(checkModel(made)).toEqual([]);
      const got = (await (await ortSession(made)).run({ features: FEATURES }))['y']!.data as Float32Array;
      // One layer of 8 bits, of inputs and of weights.
      for (const [at, value] of float.entries()) expect(Math.abs(value - got[at]!)).toBeLessThan(0.02 * largest);
    }
  },
);
