import {
  exposeActivations,
  type Model,
  planQuantization,
  prepareForQuantization,
  rangeObserver,
  staticQuantize,
  type ValueRange,
  writeModel,
} from '@edgeloop/onnx';
import { RigError } from '../../rig/errors.ts';
import { oneThreadSession, ortFeeds } from './one-thread-session.ts';
import type { Feeds, Forms } from './subject.ts';

/** A float model with its int8 form, by the smallest and largest values over some batches. */
export async function staticForms(given: Model, batches: readonly Feeds[]): Promise<Forms> {
  const model = prepareForQuantization(given);
  const ranges = await rangesOver(model, batches);
  return { float: writeModel(given), smaller: writeModel(staticQuantize(model, ranges)) };
}

async function rangesOver(model: Model, batches: readonly Feeds[]): Promise<ReadonlyMap<string, ValueRange>> {
  const inputs = new Set(model.graph.input.map(({ name }) => name ?? ''));
  const names = planQuantization(model).activations;
  const observers = new Map(names.map((name) => [name, rangeObserver('min-max')]));
  const exposed = exposeActivations(
    model,
    names.filter((name) => !inputs.has(name)),
  );
  const session = await oneThreadSession(writeModel(exposed));
  for (const feeds of batches) {
    const outputs = await session.run(ortFeeds(feeds));
    for (const [name, observer] of observers) observer.observe(floats(outputs[name]?.data ?? feeds[name]?.data, name));
  }
  return new Map([...observers].map(([name, observer]) => [name, observer.range()]));
}

function floats(data: unknown, name: string): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new RigError('STAGE_FAILED', `Value ${name} must be float32, got another type`);
}
