import { encodeAttribute, intAttribute } from '../format/attributes.ts';
import { type Node, newNode } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { positiveAxis, type ShapeContext } from '../shape/shape-rule.ts';
import { type SlicePart, sliceParts, sliceRange } from '../shape/slice-parts.ts';
import type { GraphEdit } from './graph-edit.ts';
import type { Pass } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/** A value that is cut out of another along an axis, from `start` up to `end`. */
interface Cut {
  readonly output: string;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** A Split or Slice of a Concat reads what was joined, where it takes whole parts: nothing is joined to be cut again. */
export const skipJoins: Pass = (model) =>
  rewriteGraphs(model, 'skip-joins', (edit) => {
    edit.each((node) => {
      if (isStandardDomain(node.domain)) skipJoin(edit, node);
    });
  });

function skipJoin(edit: GraphEdit, node: Node): void {
  const join = edit.producer(node.input[0] ?? '');
  if (join?.opType !== 'Concat' || !isStandardDomain(join.domain)) return;
  const cuts = cutsOf(edit, node);
  const others = cuts?.map((cut) => replacement(edit, join, cut)).filter((other) => other !== undefined);
  if (!cuts || !others || others.length < cuts.length) return;
  edit.note(node, `read what ${join.name || join.output[0]} joins`);
  edit.replace(node, ...others);
}

function cutsOf(edit: GraphEdit, node: Node): Cut[] | undefined {
  if (node.opType === 'Split') return splitCuts(edit, node);
  return node.opType === 'Slice' ? sliceCuts(edit, node) : undefined;
}

function splitCuts(edit: GraphEdit, node: Node): Cut[] | undefined {
  const rank = edit.types.typeOf(node.input[0] ?? '').dims?.length;
  if (rank === undefined) return undefined;
  const axis = positiveAxis(intAttribute(node, 'axis', 0), rank);
  const cuts: Cut[] = [];
  for (const output of node.output) {
    const start = cuts.at(-1)?.end ?? 0;
    const size = sizeAt(edit, output, axis);
    if (size === undefined) return undefined;
    cuts.push({ output, axis, start, end: start + size });
  }
  return cuts;
}

function sliceCuts(edit: GraphEdit, node: Node): Cut[] | undefined {
  const [value = ''] = node.input;
  const inputs = node.input.map((name) => edit.types.typeOf(name));
  const context: ShapeContext = { node, inputs, opset: 0, constant: (index) => edit.constant(node.input[index] ?? '') };
  const [part, ...others] = sliceParts(context) ?? [];
  if (!part || others.length > 0 || part.step !== 1) return undefined;
  const range = rangeOf(part, sizeAt(edit, value, part.axis));
  return range && [{ output: node.output[0] ?? '', axis: part.axis, ...range }];
}

function rangeOf(part: SlicePart, size: number | undefined): Pick<Cut, 'start' | 'end'> | undefined {
  const range = size === undefined ? undefined : sliceRange(size, part);
  return range && { start: range.first, end: range.first + range.count };
}

/** What writes a cut from the parts of a join; undefined where it is not made of whole ones. */
function replacement(edit: GraphEdit, join: Node, { output, axis, start, end }: Cut): Node | undefined {
  const rank = edit.types.typeOf(join.output[0] ?? '').dims?.length ?? 0;
  if (positiveAxis(intAttribute(join, 'axis', 0), rank) !== axis) return undefined;
  const input = partsBetween(edit, join, { axis, start, end });
  if (!input || input.length === 0) return undefined;
  const name = edit.fresh(`${output}_part`);
  if (input.length === 1) return newNode({ name, opType: 'Identity', input, output: [output] });
  return newNode({ name, opType: 'Concat', input, output: [output], attribute: [encodeAttribute('axis', axis)] });
}

function partsBetween(edit: GraphEdit, join: Node, { axis, start, end }: Omit<Cut, 'output'>): string[] | undefined {
  const parts: string[] = [];
  let at = 0;
  for (const part of join.input) {
    const size = sizeAt(edit, part, axis);
    if (size === undefined) return undefined;
    if (at >= end) break;
    if (at < start ? at + size > start : at + size > end) return undefined;
    if (at >= start) parts.push(part);
    at += size;
  }
  return parts;
}

/** Size of an axis, where it is known and the value has a name. */
function sizeAt(edit: GraphEdit, value: string, axis: number): number | undefined {
  const dim = value === '' ? undefined : edit.types.typeOf(value).dims?.[axis];
  return typeof dim === 'number' ? dim : undefined;
}
