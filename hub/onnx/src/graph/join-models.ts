import { ModelError, UsageError } from '../errors.ts';
import { type Graph, type Model, withFields, withGraph } from '../format/messages.ts';
import { Names } from './names.ts';
import { opsetOf } from './opset.ts';
import { renameModelValues } from './rename-model.ts';

/**
 * One model that runs `first` and then `second`: outputs of the first are inputs of the second where they have the same
 * name. Its outputs are those of the second; inputs that the first does not provide stay inputs.
 *
 * Nodes and values of the second, constants too, get other names where theirs are taken.
 *
 * @throws ModelError OPSET_UNSUPPORTED when the two import different operator sets
 * @throws UsageError NAME_TAKEN when an input or output of the second is something else in the first
 */
export function joinModels(first: Model, second: Model): Model {
  requireSameOpsets(first, second);
  const [front, back] = [first.graph, withFreeNames(first.graph, second).graph];
  const provided = new Set(front.output.map(({ name }) => name ?? ''));
  const ownInputs = back.input.filter(({ name }) => !provided.has(name ?? ''));
  const known = new Set(first.opsetImport.map(({ domain }) => domain ?? ''));
  return withGraph(
    withFields(first, {
      opsetImport: [...first.opsetImport, ...second.opsetImport.filter(({ domain }) => !known.has(domain ?? ''))],
      functions: [...first.functions, ...second.functions],
    }),
    {
      name: back.name,
      node: [...front.node, ...back.node],
      initializer: [...front.initializer, ...back.initializer],
      sparseInitializer: [...front.sparseInitializer, ...back.sparseInitializer],
      input: [...front.input, ...ownInputs],
      output: back.output,
      valueInfo: front.valueInfo,
    },
  );
}

/** The back model with new names for what it calls like something of the front, but for its inputs and outputs. */
function withFreeNames(front: Graph, back: Model): Model {
  const names = Names.of(front);
  const { input, output, initializer, node } = back.graph;
  const provided = new Set(front.output.map(({ name }) => name ?? ''));
  const fixed = new Set([...input, ...output].map(({ name }) => name ?? ''));
  for (const name of fixed) {
    if (names.take(name) || provided.has(name)) continue;
    throw new UsageError('NAME_TAKEN', `Value ${name} must be in one of the joined models only, got it in both`, {
      place: { value: name },
    });
  }
  const own = [
    ...initializer.map(({ name }) => name ?? ''),
    ...node.flatMap(({ name, output: values }) => [name ?? '', ...values]),
  ];
  const free = own.filter((name) => name !== '' && !fixed.has(name));
  return renameModelValues(back, new Map(free.map((name) => [name, names.fresh(name)])));
}

function requireSameOpsets(first: Model, second: Model): void {
  for (const { domain } of second.opsetImport) {
    const [left, right] = [opsetOf(first, domain ?? ''), opsetOf(second, domain ?? '')];
    const isImported = first.opsetImport.some((entry) => (entry.domain ?? '') === (domain ?? ''));
    if (!isImported || left === right) continue;
    const message = `Joined models must import one version of an operator set, got ${left} and ${right} of '${domain ?? ''}'`;
    throw new ModelError('OPSET_UNSUPPORTED', message);
  }
}
