import { UsageError } from '../errors.ts';
import { type Model, withGraph } from '../format/messages.ts';
import { toValueInfo } from '../graph/value-type.ts';
import { tensorType } from '../tensor/decode-tensor.ts';

/**
 * The model with these initializers as inputs of the same name, so that one loaded graph serves with whatever weights
 * training has reached.
 *
 * @throws UsageError VALUE_UNKNOWN for a name that is no initializer
 */
export function weightsAsInputs(model: Model, names: readonly string[]): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializer.map((initializer) => [initializer.name ?? '', initializer]));
  const inputs = names.map((name) => {
    const initializer = initializers.get(name);
    if (!initializer) {
      throw new UsageError('VALUE_UNKNOWN', `Initializer ${name} must exist, got none`, { place: { value: name } });
    }
    return toValueInfo(name, tensorType(initializer));
  });
  const moved = new Set(names);
  return withGraph(model, {
    initializer: graph.initializer.filter(({ name }) => !moved.has(name ?? '')),
    // Old models list initializers as inputs too.
    input: [...graph.input.filter(({ name }) => !moved.has(name ?? '')), ...inputs],
    valueInfo: graph.valueInfo.filter(({ name }) => !moved.has(name ?? '')),
  });
}
