import { UsageError } from '../../errors.ts';
import type { Model } from '../../format/messages.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel, requiredInputs } from '../../graph/prune.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { decodeTensor } from '../../tensor/decode-tensor.ts';
import { applyState } from '../../training/apply-state.ts';
import { trainableParameters } from '../../training/trainable-parameters.ts';
import { fuseBias } from '../plan/fuse-bias.ts';
import type { ValueRange } from '../static/activation-quantization.ts';
import { IntegerGraph } from '../static/integer-graph.ts';
import type { StaticQuantizationOptions } from '../static/static-quantize.ts';
import { addFakeProduct } from './fake-product.ts';

export type FakeQuantizationOptions = Pick<StaticQuantizationOptions, 'exclude' | 'reduceRange'>;

/**
 * The model with the arithmetic that `staticQuantize` will give it, on float weights that can be trained: weights and
 * activations go to integers and back where they will be integers, with the same scales, so that training makes up for
 * the rounding.
 *
 * Ranges of activations are fixed. Scales of weights are made from the largest weight of each channel while the graph
 * runs, as `staticQuantize` will make them: they follow weights that grow or shrink, and nothing is ever clipped. Biases
 * are left in float, for 32 bits round them by next to nothing.
 *
 * @param ranges as for `staticQuantize`
 * @see Jacob et al., Quantization and training of neural networks for efficient integer-arithmetic-only inference,
 *   section 3
 * @throws as `staticQuantize`
 */
export function fakeQuantize(
  model: Model,
  ranges: ReadonlyMap<string, ValueRange>,
  options: FakeQuantizationOptions = {},
): Model {
  const base = fuseBias(upgradeOpset(model, OLDEST_SUPPORTED_OPSET));
  const fake = new IntegerGraph(base, ranges, options, addFakeProduct).build();
  return pruneModel(fake, requiredInputs(base));
}

/**
 * The float model with what training has made of its weights behind fake quantization, ready for `staticQuantize` with
 * the same ranges.
 *
 * @param fake what `fakeQuantize` made of `model`, trained
 * @throws UsageError STATE_MISMATCH where the two have no weight in common
 */
export function withoutFakeQuantize(fake: Model, model: Model): Model {
  const trained = new Set(trainableParameters(fake));
  const weights = fake.graph.initializer.filter(({ name }) => trained.has(name ?? ''));
  if (weights.length === 0) {
    throw new UsageError('STATE_MISMATCH', 'Fake-quantized model must have a trained weight, got none');
  }
  return applyState(
    model,
    new Map(weights.map((proto) => [proto.name ?? '', decodeTensor(proto).data as Float32Array])),
  );
}
