import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../format/messages.ts';
import { writeModel } from '../../format/write-model.ts';
import { checkModel } from '../../inspect/check-model.ts';
import { checkTypes } from '../../inspect/check-types.ts';
import { int64, type TensorOf } from '../../tensor/tensor.ts';
import { depthwiseClassifier } from '../../testing/networks/depthwise-classifier.ts';
import { imageClassifier } from '../../testing/networks/image-classifier.ts';
import { randomFloat32, seededRandom } from '../../testing/random-tensors.ts';
import { accuracy, clusteredRows, probabilitiesOf, trainedNetwork } from '../../testing/trained-network.ts';
import { TrainingRun } from '../../testing/training-run.ts';
import { applyState } from '../../training/apply-state.ts';
import { buildTrainingGraph } from '../../training/build-training-graph.ts';
import { trainableParameters } from '../../training/trainable-parameters.ts';
import { exposeActivations } from '../plan/expose-activations.ts';
import { prepareForQuantization } from '../plan/prepare-for-quantization.ts';
import type { ValueRange } from '../static/activation-quantization.ts';
import { staticQuantize } from '../static/static-quantize.ts';
import { fakeQuantize, withoutFakeQuantize } from './fake-quantize.ts';

type Floats = TensorOf<'float32'>;

async function outputsOf(model: Model, input: string, x: Floats, level: 'all' | 'disabled' = 'all') {
  const session = await InferenceSession.create(writeModel(model), {
    graphOptimizationLevel: level,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const outputs = await session.run({ [input]: new OrtTensor('float32', x.data, [...x.dims]) });
  await session.release();
  return outputs;
}

async function rangesOf(model: Model, input: string, x: Floats): Promise<Map<string, ValueRange>> {
  const outputs = await outputsOf(exposeActivations(model), input, x);
  return new Map(
    Object.entries(outputs).map(([name, { data }]) => {
      const values = data as Float32Array;
      return [name, { min: values.reduce((a, b) => Math.min(a, b)), max: values.reduce((a, b) => Math.max(a, b)) }];
    }),
  );
}

/** Largest difference and its mean, as shares of the largest value. */
function differences(left: Float32Array, right: Float32Array): { largest: number; mean: number } {
  const scale = left.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const all = left.map((value, at) => Math.abs(value - right[at]!) / scale);
  return { largest: all.reduce((a, b) => Math.max(a, b), 0), mean: all.reduce((a, b) => a + b, 0) / all.length };
}

interface Case {
  readonly model: Model;
  readonly input: string;
  readonly output: string;
  /** Rows for ranges, and others to compare. */
  readonly rows: readonly [Floats, Floats];
}

const CASES: Readonly<Record<string, () => Promise<Case>>> = {
  'dense layers': async () => {
    const { model } = await trainedNetwork([32, 24], 60);
    const rows = [clusteredRows(256, 1).features, clusteredRows(128, 3).features] as const;
    return { model: prepareForQuantization(model), input: 'features', output: 'probabilities', rows };
  },
  'convolutions with normalization and pooling': async () => imageCase(imageClassifier().model, [1, 12, 12]),
  'depthwise convolutions behind clipping': async () => imageCase(depthwiseClassifier().model, [3, 16, 16]),
};

function imageCase(model: Model, dims: readonly number[]): Case {
  const random = seededRandom(21);
  const rows = [randomFloat32(random, [64, ...dims]), randomFloat32(random, [32, ...dims])] as const;
  return { model: prepareForQuantization(model), input: 'x', output: model.graph.output[0]!.name!, rows };
}

describe('fake quantization', () => {
  for (const [name, make] of Object.entries(CASES)) {
    for (const reduceRange of [false, true]) {
      test(`has the arithmetic of static quantization, with ${reduceRange ? 7 : 8} bits: ${name}`, async () => {
        const { model, input, output, rows } = await make();
        const ranges = await rangesOf(model, input, rows[0]);
        const fake = fakeQuantize(model, ranges, { reduceRange });
        const integer = staticQuantize(model, ranges, { reduceRange });
        expect(checkModel(fake)).toEqual([]);
        expect(checkTypes(fake)).toEqual([]);
        const values = async (of: Model, level: 'all' | 'disabled') =>
          (await outputsOf(of, input, rows[1], level))[output]!.data as Float32Array;
        const told = await values(fake, 'disabled');
        // The same operations in float, node by node, but for biases rounded to 32 bits: some values between two
        // integers fall to the other side.
        const literal = differences(told, await values(integer, 'disabled'));
        expect(literal.mean).toBeLessThan(5e-4);
        expect(literal.largest).toBeLessThan(0.02);
        // Integer kernels add up exactly, so more of these.
        const fused = differences(told, await values(integer, 'all'));
        expect(fused.mean).toBeLessThan(2e-3);
        expect(fused.largest).toBeLessThan(0.03);
        // Far less than what rounding does to the model.
        const rounded = differences(told, await values(model, 'all'));
        expect(rounded.mean).toBeGreaterThan(3 * literal.mean);
        // What the training graph computes is this forward graph, optimized in its own way.
        expect(differences(told, await values(fake, 'all')).mean).toBeLessThan(2e-3);
      });
    }
  }

  test('leaves the nodes in float that static quantization would', async () => {
    const { model, rows } = await CASES['dense layers']!();
    const ranges = await rangesOf(model, 'features', rows[0]);
    const quantizers = (exclude: string[]) =>
      fakeQuantize(model, ranges, { exclude }).graph.node.filter(({ opType }) => opType === 'QuantizeLinear').length;
    expect(quantizers(['dense0'])).toBeLessThan(quantizers([]));
  });

  test('is trained at every weight, and leaves the float model its weights', async () => {
    const { model, heldOut } = await trainedNetwork([24, 24], 40);
    const base = prepareForQuantization(model);
    const { features, labels } = clusteredRows(256, 1);
    const ranges = await rangesOf(base, 'features', features);
    const fake = fakeQuantize(base, ranges);
    expect(trainableParameters(fake).toSorted()).toEqual(trainableParameters(base).toSorted());
    const loss = { kind: 'softmax-cross-entropy', output: 'logits' } as const;
    const run = await TrainingRun.start(buildTrainingGraph(fake, { loss }));
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) losses.push(await run.step({ features, labels: int64(labels) }, 0.003));
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    const trained = applyState(fake, run.state());
    const float = withoutFakeQuantize(trained, base);
    expect(float.graph.node).toEqual(base.graph.node);
    expect(float.graph.initializer).not.toEqual(base.graph.initializer);
    const expected = await probabilitiesOf(trained, heldOut);
    const integer = await probabilitiesOf(staticQuantize(float, ranges), heldOut);
    expect(differences(expected, integer).mean).toBeLessThan(2e-3);
    expect(Math.abs(accuracy(integer, heldOut.labels) - accuracy(expected, heldOut.labels))).toBeLessThan(0.005);
  });
});
