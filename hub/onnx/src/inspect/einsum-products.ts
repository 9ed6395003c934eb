import { stringAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';

/**
 * Products of an Einsum node as one sum over all its labels: the sizes of all labels multiplied. 0 where there is only
 * one input, `undefined` where a shape is unknown. Symbols count as 1.
 *
 * @see ONNX Einsum-12
 */
export function einsumProducts(node: Node, inputs: readonly (readonly Dim[] | undefined)[]): number | undefined {
  const [left = ''] = stringAttribute(node, 'equation', '').replaceAll(/\s/g, '').split('->');
  const terms = left.split(',');
  const sizes = new Map<string, number>();
  for (const [index, term] of terms.entries()) {
    const dims = inputs[index];
    if (!dims) return undefined;
    for (const [axis, label] of labelsOf(term, dims.length).entries()) {
      const dim = dims[axis];
      sizes.set(label, Math.max(sizes.get(label) ?? 1, typeof dim === 'number' ? dim : 1));
    }
  }
  return terms.length < 2 ? 0 : [...sizes.values()].reduce((product, size) => product * size, 1);
}

/** A label per axis; those of an ellipsis are counted from the end, where they broadcast. */
function labelsOf(term: string, rank: number): string[] {
  const [front = '', back] = term.split('...');
  if (back === undefined) return [...term];
  const hidden = Math.max(0, rank - front.length - back.length);
  return [...front, ...Array.from({ length: hidden }, (_, at) => `...${hidden - at}`), ...back];
}
