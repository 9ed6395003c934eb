import { ModelError, UsageError } from '../errors.ts';
import { type Graph, type Model, withFields, withGraph } from '../format/messages.ts';
import { Names } from './names.ts';
import { opsetOf } from './opset.ts';
import { renameInNode } from './rename-values.ts';

/**
 * One model that runs `first` and then `second`: outputs of the first are inputs of the second where they have the same
 * name. Its outputs are those of the second; inputs that the first does not provide stay inputs.
 *
 * Values and nodes of the second get other names where theirs are taken; initializers keep theirs, since they are how
 * weights are found, so the two must not share one.
 *
 * @throws ModelError OPSET_UNSUPPORTED when the two import different operator sets
 * @throws UsageError NAME_TAKEN when both have an initializer, or both declare an output, of one name
 */
export function joinModels(first: Model, second: Model): Model {
  requireSameOpsets(first, second);
  const [front, back] = [first.graph, second.graph];
  const provided = new Set(front.output.map(({ name }) => name ?? ''));
  const renamed = renamings(front, back, provided);
  const nodes = back.node.map((node) => renameInNode(node, renamed));
  const ownInputs = back.input.filter(({ name }) => !provided.has(name ?? ''));
  const known = new Set(first.opsetImport.map(({ domain }) => domain ?? ''));
  return withGraph(
    withFields(first, {
      opsetImport: [...first.opsetImport, ...second.opsetImport.filter(({ domain }) => !known.has(domain ?? ''))],
      functions: [...first.functions, ...second.functions],
    }),
    {
      name: back.name,
      node: [...front.node, ...nodes],
      initializer: [...front.initializer, ...back.initializer],
      sparseInitializer: [...front.sparseInitializer, ...back.sparseInitializer],
      input: [...front.input, ...ownInputs],
      output: back.output,
      valueInfo: front.valueInfo,
    },
  );
}

/** New names for what the back graph calls like something of the front. */
function renamings(front: Graph, back: Graph, provided: ReadonlySet<string>): Map<string, string> {
  const names = Names.of(front);
  const fixed = [...back.initializer, ...back.input, ...back.output].map(({ name }) => name ?? '');
  for (const name of fixed) {
    if (names.take(name) || provided.has(name)) continue;
    throw new UsageError('NAME_TAKEN', `Value ${name} must be in one of the joined models only, got it in both`, {
      place: { value: name },
    });
  }
  const renamed = new Map<string, string>();
  const keep = new Set(fixed);
  for (const { name, output } of back.node) {
    for (const own of [name ?? '', ...output]) {
      if (own !== '' && !keep.has(own) && !renamed.has(own)) renamed.set(own, names.fresh(own));
    }
  }
  return renamed;
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
