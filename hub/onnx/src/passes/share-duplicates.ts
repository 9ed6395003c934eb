import { onnx } from '#onnx';
import { type Node, newNode } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { innerGraphs } from '../inspect/model-graphs.ts';
import { isFloatType } from '../tensor/element-type.ts';
import type { GraphEdit } from './graph-edit.ts';
import type { Pass } from './pass.ts';
import { RANDOM_OPERATORS } from './random-operators.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/** Larger constants are not compared. */
const MAX_COMPARED_ENTRIES = 1024;

/**
 * Lets equal constants, and nodes that compute the same from the same values, be there once.
 *
 * Lists of floats stay apart: weights that are equal today, such as biases of zeros, are not one weight.
 */
export const shareDuplicates: Pass = (model) =>
  rewriteGraphs(model, 'share-duplicates', (edit) => {
    shareConstants(edit);
    const seen = new Map<string, Node>();
    edit.each((node) => shareNode(edit, node, seen));
  });

function shareConstants(edit: GraphEdit): void {
  const seen = new Map<string, string>();
  for (const name of edit.constants()) {
    const key = edit.isOutput(name) ? undefined : constantKey(edit, name);
    const first = key === undefined ? undefined : seen.get(key);
    if (key !== undefined && first === undefined) seen.set(key, name);
    if (first === undefined || edit.readers(name).length === 0) continue;
    edit.redirect(name, first);
    edit.noteValue(name, `was the same as ${first}`);
  }
}

function constantKey(edit: GraphEdit, name: string): string | undefined {
  const { type, dims } = edit.types.typeOf(name);
  if (!type || !dims) return undefined;
  const entries = dims.reduce<number>((product, dim) => product * Number(dim), 1);
  if (entries > (isFloatType(type) ? 1 : MAX_COMPARED_ENTRIES)) return undefined;
  const value = edit.constant(name);
  return (
    value && JSON.stringify([type, dims, Array.from<unknown>(value.data).map(String), Object.is(value.data[0], -0)])
  );
}

function shareNode(edit: GraphEdit, node: Node, seen: Map<string, Node>): void {
  const isPlain = isStandardDomain(node.domain) && !RANDOM_OPERATORS.has(node.opType ?? '');
  if (!isPlain || node.opType === 'Constant' || innerGraphs(node).length > 0) return;
  const key = nodeKey(node);
  const first = seen.get(key);
  if (!first || node.output.some((value) => edit.isOutput(value))) {
    if (!first) seen.set(key, node);
    return;
  }
  edit.note(node, `computed the same as ${first.name || first.output[0]}`);
  edit.replace(node);
  for (const [index, value] of node.output.entries()) {
    if (value !== '') edit.redirect(value, first.output[index] ?? '');
  }
}

/** What a node computes: everything but its name and the names of its outputs. */
function nodeKey({ opType, input, output, attribute }: Node): string {
  const sorted = attribute.toSorted((left, right) => (left.name ?? '').localeCompare(right.name ?? ''));
  const bytes = onnx.NodeProto.encode(newNode({ opType, input, attribute: sorted }) as never).finish();
  return `${output.map((value) => Number(value !== '')).join('')} ${bytes.join()}`;
}
