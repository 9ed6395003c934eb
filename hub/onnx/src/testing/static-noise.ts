import type { Model } from '../format/messages.ts';
import { rangeObserver } from '../quantize/calibration/make-range-observer.ts';
import { exposeActivations } from '../quantize/plan/expose-activations.ts';
import { planQuantization } from '../quantize/plan/quantization-plan.ts';
import type { ValueRange } from '../quantize/static/activation-quantization.ts';
import { staticQuantize } from '../quantize/static/static-quantize.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { type OrtSession, ortSession } from './ort-session.ts';

type Feeds = Parameters<OrtSession['run']>[0];

/** Extremes of every value that static quantization turns into integers. */
export async function extremesOf(model: Model, feeds: Feeds): Promise<Map<string, ValueRange>> {
  const names = planQuantization(model).activations;
  const inputs = new Set(Object.keys(feeds));
  const exposed = exposeActivations(
    model,
    names.filter((name) => !inputs.has(name)),
  );
  const values = { ...feeds, ...(await (await ortSession(exposed)).run(feeds)) };
  const ranges = names.map((name): [string, ValueRange] => {
    const observer = rangeObserver('min-max', { value: name });
    observer.observe((values[name] as TensorOf<'float32'>).data);
    return [name, observer.range()];
  });
  return new Map(ranges);
}

/** Output `name` of the model in static integers whose ranges come from the same rows. */
export async function integerOutput(model: Model, feeds: Feeds, name: string): Promise<Float32Array> {
  const integer = staticQuantize(model, await extremesOf(model, feeds));
  return floatOutput(integer, feeds, name);
}

export async function floatOutput(model: Model, feeds: Feeds, name: string): Promise<Float32Array> {
  return ((await (await ortSession(model)).run(feeds))[name] as TensorOf<'float32'>).data;
}
