import { writeModel } from '@edgeloop/onnx';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parityOf } from '../../testing/layer-parity.ts';
import { Choices, randomNetwork } from '../../testing/random-layers.ts';
import { makeLayersModel } from '../tensorflow/make-layers-model.ts';

/** float32 sums in another order; recurrence adds such differences up. */
const TOLERANCE = 1e-5;
const RECURRENT_TOLERANCE = 1e-4;
const RECURRENT_OPERATORS = ['RNN', 'GRU', 'LSTM', 'Scan'];
const SEED = 41;
const LIMIT_MS = 10_000;

test(
  'random networks give what TensorFlow.js gives, also when they are made of their JSON',
  async () => {
    const choices = fc.array(fc.nat(1_000), { minLength: 30, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(choices, async (drawn) => {
        const { network, ...options } = randomNetwork(new Choices(drawn));
        const { difference, model } = await parityOf(network, options);
        const isRecurrent = model.graph.node.some(({ opType }) => RECURRENT_OPERATORS.includes(opType ?? ''));
        expect(difference).toBeLessThan(isRecurrent ? RECURRENT_TOLERANCE : TOLERANCE);
        const again = await parityOf(await makeLayersModel(network.toJSON(null, false)), options);
        expect(writeModel(again.model)).toEqual(writeModel(model));
      }),
      { seed: SEED, numRuns: 100, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false },
    );
  },
  2 * LIMIT_MS,
);
