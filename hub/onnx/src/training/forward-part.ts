import { ModelError, UsageError } from '../errors.ts';
import { type Model, withGraph } from '../format/messages.ts';
import { liftConstants } from '../graph/lift-constants.ts';
import { neededValues } from '../graph/prune.ts';
import { sortNodes } from '../graph/topology.ts';
import { upgradeOpset } from '../graph/upgrade-opset.ts';
import { sharedTensor } from '../tensor/decode-tensor.ts';
import { withExactWindows } from './exact-windows.ts';
import type { OptimizerParameter } from './optimizers/optimizer-context.ts';
import { trainableParameters } from './trainable-parameters.ts';

/** First operator set with ScatterND that adds, which gradients of Gather need; models of older ones are upgraded. */
export const TRAINING_OPSET = 17;

/** A weight before the first step. */
export type Weight = Omit<OptimizerParameter, 'gradient'>;

/**
 * The part of a model that some values depend on, ready to have nodes added: in a new enough operator set, constants as
 * initializers, nodes in order, no outputs.
 *
 * @throws ModelError OPSET_UNSUPPORTED
 */
export function forwardPart(forward: Model, values: readonly string[]): Model {
  const lifted = liftConstants(upgradeOpset(forward, TRAINING_OPSET));
  const { graph } = lifted;
  const node = sortNodes(graph.node);
  const needed = neededValues({ ...graph, node }, values);
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return withExactWindows(
    withGraph(lifted, {
      node: node.filter(({ output }) => output.some((value) => needed.has(value))),
      // Old models list initializers as inputs too; left there, they would look like data.
      input: graph.input.filter(({ name }) => !constants.has(name)),
      output: [],
    }),
  );
}

/**
 * The weights to train, by their initializers in the model.
 *
 * @throws UsageError VALUE_UNKNOWN
 * @throws ModelError NOT_TRAINABLE, EXTERNAL_DATA
 */
export function weightsOf(model: Model, trainable: readonly string[] | undefined): Weight[] {
  const names = [...new Set(trainable ?? trainableParameters(model))];
  if (names.length === 0) {
    throw new ModelError('NOT_TRAINABLE', 'Graph must have a trainable initializer, got none');
  }
  const initializers = new Map(model.graph.initializer.map((initializer) => [initializer.name ?? '', initializer]));
  return names.map((name) => {
    const initializer = initializers.get(name);
    const place = { place: { value: name } };
    if (!initializer) throw new UsageError('VALUE_UNKNOWN', `Initializer ${name} must exist, got none`, place);
    const { type, dims, data } = sharedTensor(initializer);
    if (type === 'float32') return { name, input: name, dims, initial: data };
    throw new ModelError('NOT_TRAINABLE', `Initializer ${name} must be float32, got ${type}`, place);
  });
}
