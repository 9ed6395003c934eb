import { stringAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';
import { broadcastDims } from './broadcast-dims.ts';

/**
 * The equation of an Einsum node, a label per axis: a letter, or `...1` for the last axis of an ellipsis, `...2` for the
 * one before it, and so on.
 */
export interface EinsumTerms {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const TERM = /^([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*)$/;

/**
 * Reads the equation of a node. `undefined`: it is malformed, does not fit the inputs, or has an ellipsis that stands
 * for an unknown number of axes.
 *
 * @see ONNX Einsum-12
 */
export function einsumTerms(node: Node, inputs: readonly (readonly Dim[] | undefined)[]): EinsumTerms | undefined {
  const [left = '', right, ...more] = stringAttribute(node, 'equation', '').replaceAll(/\s/g, '').split('->');
  const terms = left.split(',');
  const labels = terms.map((term, index) => axisLabels(term, inputs[index]?.length));
  if (more.length > 0 || terms.length !== inputs.length || !labels.every((term) => term !== undefined))
    return undefined;
  const hidden = Math.max(...labels.map((term) => term.filter(isHidden).length));
  const output = right === undefined ? impliedOutput(labels, hidden) : spelledOut(right, hidden);
  return output?.every((label) => labels.flat().includes(label)) ? { inputs: labels, output } : undefined;
}

/** Whether the label is of an ellipsis, where sizes of 1 are repeated. */
export function isHidden(label: string): boolean {
  return label.startsWith('...');
}

/** Size of each label: that of all its axes broadcast against each other. */
export function labelSizes({ inputs }: EinsumTerms, dims: readonly (readonly Dim[] | undefined)[]): Map<string, Dim> {
  const sizes = new Map<string, Dim>();
  for (const [index, labels] of inputs.entries()) {
    for (const [axis, label] of labels.entries()) {
      const [size] = broadcastDims(sizes.has(label) ? [sizes.get(label)] : [1], [dims[index]?.[axis]]);
      sizes.set(label, size);
    }
  }
  return sizes;
}

function axisLabels(term: string, rank: number | undefined): string[] | undefined {
  const letters = term.replace('...', '').length;
  if (!term.includes('...')) return rank === undefined || rank === letters ? spelledOut(term, 0) : undefined;
  return rank === undefined || rank < letters ? undefined : spelledOut(term, rank - letters);
}

function spelledOut(term: string, hidden: number): string[] | undefined {
  const [, front, ellipsis, back] = TERM.exec(term) ?? [];
  if (front === undefined || back === undefined) return undefined;
  return [...front, ...(ellipsis ? hiddenLabels(hidden) : []), ...back];
}

function hiddenLabels(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `...${count - at}`);
}

/** Without an arrow: the axes of the ellipsis, then every letter that stands in one place only, by the alphabet. */
function impliedOutput(inputs: readonly (readonly string[])[], hidden: number): string[] {
  const letters = inputs.flat().filter((label) => !isHidden(label));
  const single = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...hiddenLabels(hidden), ...single.sort()];
}
