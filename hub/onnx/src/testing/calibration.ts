import type { Model } from '../format/messages.ts';
import { exposeActivations } from '../quantize/plan/expose-activations.ts';
import type { ValueRange } from '../quantize/static/activation-quantization.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { type OrtSession, ortSession } from './ort-session.ts';

/** `rangesFor` a model with one input, `features`. */
export async function minMaxRanges(model: Model, features: TensorOf<'float32'>): Promise<Map<string, ValueRange>> {
  return rangesFor(model, { features });
}

/** Smallest and largest value of every output of the model with its activations exposed. */
export async function rangesFor(
  model: Model,
  feeds: Parameters<OrtSession['run']>[0],
): Promise<Map<string, ValueRange>> {
  const outputs = await (await ortSession(exposeActivations(model))).run(feeds);
  const ranges = Object.entries(outputs).map(([name, value]): [string, ValueRange] => {
    const data = (value as TensorOf<'float32'>).data;
    return [name, { min: data.reduce((low, x) => Math.min(low, x)), max: data.reduce((high, x) => Math.max(high, x)) }];
  });
  return new Map(ranges);
}
