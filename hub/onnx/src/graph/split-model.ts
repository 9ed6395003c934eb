import type { Model } from '../format/messages.ts';
import { extractModel } from './extract-model.ts';
import { Names } from './names.ts';
import { renameModelValues } from './rename-model.ts';

export interface SplitModel {
  /** From the inputs of the model to the value. */
  readonly front: Model;
  /** From the value to the outputs of the model. Its initializers keep their names; those of the front may not. */
  readonly back: Model;
}

/**
 * A model in two parts that `joinModels` puts together again. Constants that both need are in both, in the front under
 * other names.
 *
 * @param value one that `separators` finds
 * @throws UsageError VALUE_UNKNOWN, ARGUMENT_INVALID when the outputs do not depend on this value alone
 * @throws ModelError TENSOR_TYPE_UNSUPPORTED when its element type is not known
 */
export function splitModel(model: Model, value: string): SplitModel {
  const { graph } = model;
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.flatMap(({ name }) => (constants.has(name) ? [] : [name ?? '']));
  const back = extractModel(
    model,
    [value],
    graph.output.map(({ name }) => name ?? ''),
  );
  return { front: renamedApart(extractModel(model, inputs, [value]), back), back };
}

/** The first model with other names, but for its inputs and outputs, where the second has initializers of these names. */
export function renamedApart(first: Model, second: Model): Model {
  const { input, output, initializer, node } = first.graph;
  const ends = new Set([...input, ...output].map(({ name }) => name ?? ''));
  const own = [
    ...initializer.map(({ name }) => name ?? ''),
    ...node.flatMap(({ name, output: values }) => [name ?? '', ...values]),
  ];
  const names = Names.of(second.graph);
  for (const name of [...ends, ...own]) names.take(name);
  const weights = new Set(second.graph.initializer.map(({ name }) => name ?? ''));
  const shared = new Set(own.filter((name) => weights.has(name) && !ends.has(name)));
  return renameModelValues(first, new Map([...shared].map((name) => [name, names.fresh(name)])));
}
