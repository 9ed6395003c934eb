import type { ModelError } from '../errors.ts';
import type { AttributeValue } from '../format/attributes.ts';
import {
  encodeAttribute,
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
} from '../format/attributes.ts';
import { type Node, withFields } from '../format/messages.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { float32, int64, scalar, type Tensor } from '../tensor/tensor.ts';
import type { ValueType } from './value-type.ts';

/** What a rewrite may add in front of its node. */
export interface UpgradeContext {
  readonly typeOf: (value: string) => ValueType;
  /** A small value that is the same in every run. */
  readonly constantOf: (value: string) => Tensor | undefined;
  readonly constant: (value: Tensor) => string;
  readonly node: (
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
  ) => string;
  readonly refusal: (node: Node, expected: string) => ModelError;
}

/** How operators of the form before opset `since` are written in the form of `since`. */
export interface OperatorUpgrade {
  readonly operator: readonly string[];
  readonly since: number;
  readonly upgrade: (node: Node, context: UpgradeContext) => Node;
}

/** The node without some attributes, with changes. */
function changed(
  node: Node,
  dropped: readonly string[],
  changes: { readonly opType?: string; readonly input?: readonly string[]; readonly output?: readonly string[] } = {},
  added: Readonly<Record<string, AttributeValue>> = {},
): Node {
  const kept = node.attribute.filter(({ name }) => !dropped.includes(name ?? '') && !(name != null && name in added));
  const attribute = [...kept, ...Object.entries(added).map(([name, value]) => encodeAttribute(name, value))];
  const { opType = node.opType, input = node.input, output = node.output } = changes;
  return withFields(node, { opType, input: [...input], output: [...output], attribute });
}

function hasAttribute(node: Node, name: string): boolean {
  return node.attribute.some((attribute) => attribute.name === name);
}

/** An INTS attribute becomes the input at `position`. */
function intsToInput(name: string, position: number) {
  return (node: Node, { constant }: UpgradeContext): Node => {
    const values = intsAttribute(node, name);
    if (!values) return node;
    const input = [...node.input];
    while (input.length < position) input.push('');
    input[position] = constant(int64(values));
    return changed(node, [name], { input });
  };
}

// BatchNormalization-7 had statistics for every place, too; up to 9, further outputs meant training mode.
function batchNormalization9(node: Node, { refusal }: UpgradeContext): Node {
  if (intAttribute(node, 'spatial', 1) !== 1) throw refusal(node, 'statistics per channel');
  return changed(node, ['spatial']);
}

function batchNormalization14(node: Node, { refusal }: UpgradeContext): Node {
  if (node.output.slice(1).some((value) => value !== '')) throw refusal(node, 'one output, outside of training');
  return changed(node, [], { output: node.output.slice(0, 1) });
}

function upsample9(node: Node, { constant }: UpgradeContext): Node {
  const scales = floatsAttribute(node, 'scales');
  return scales ? changed(node, ['scales'], { input: [node.input[0] ?? '', constant(float32(scales))] }) : node;
}

// Upsample and Resize-10 scale coordinates without moving them by half a pixel. They round down; where Resize-10
// shrinks, ONNX Runtime rounds up.
function resize11(node: Node, context: UpgradeContext): Node {
  const [x = '', scales = ''] = node.input;
  const isPlain = node.opType === 'Upsample' || stringAttribute(node, 'mode', 'nearest') !== 'nearest';
  const nearest_mode = isPlain ? 'floor' : roundingOf(node, context.constantOf(scales), context);
  const added = { coordinate_transformation_mode: 'asymmetric', nearest_mode };
  return changed(node, [], { opType: 'Resize', input: [x, '', scales] }, added);
}

function roundingOf(node: Node, scales: Tensor | undefined, { refusal }: UpgradeContext): string {
  const known = scales?.type === 'float32' ? [...scales.data] : [];
  if (known.length > 0 && known.every((scale) => scale >= 1)) return 'floor';
  if (known.length > 0 && known.every((scale) => scale <= 1)) return 'ceil';
  throw refusal(node, 'known scales of which none grows where another shrinks');
}

function slice10(node: Node, { constant }: UpgradeContext): Node {
  const starts = intsAttribute(node, 'starts') ?? [];
  const ends = intsAttribute(node, 'ends') ?? [];
  const axes = intsAttribute(node, 'axes') ?? starts.map((_, axis) => axis);
  const parts = [starts, ends, axes].map((values) => constant(int64(values)));
  return changed(node, ['starts', 'ends', 'axes'], { input: [node.input[0] ?? '', ...parts] });
}

function topK10(node: Node, { constant }: UpgradeContext): Node {
  const count = constant(int64([intAttribute(node, 'k', 1)]));
  return changed(node, ['k'], { input: [node.input[0] ?? '', count] });
}

/** A float scalar of the type of `like`. */
function scalarLike(like: string, value: number, { typeOf, constant, node }: UpgradeContext): string {
  const { type = 'float32' } = typeOf(like);
  const limit = constant(scalar(value));
  return type === 'float32' ? limit : node('Cast', [limit], { to: DATA_TYPE[type] });
}

function clip11(node: Node, context: UpgradeContext): Node {
  const [x = ''] = node.input;
  const limit = (name: string): string =>
    hasAttribute(node, name) ? scalarLike(x, floatAttribute(node, name, 0), context) : '';
  return changed(node, ['min', 'max'], { input: [x, limit('min'), limit('max')] });
}

function pad11(node: Node, context: UpgradeContext): Node {
  const [x = ''] = node.input;
  const pads = context.constant(int64(intsAttribute(node, 'pads') ?? []));
  const value = floatAttribute(node, 'value', 0);
  const input = [x, pads, ...(value === 0 ? [] : [scalarLike(x, value, context)])];
  return changed(node, ['pads', 'value'], { input });
}

function dropout12(node: Node, { constant }: UpgradeContext): Node {
  const ratio = constant(scalar(floatAttribute(node, 'ratio', 0.5)));
  return changed(node, ['ratio'], { input: [node.input[0] ?? '', ratio] });
}

/** Before opset 13, Softmax worked on a matrix: all axes from `axis` on together. */
function softmax13(node: Node, { typeOf, node: add }: UpgradeContext): Node {
  const [x = ''] = node.input;
  const axis = intAttribute(node, 'axis', 1);
  const rank = typeOf(x).dims?.length;
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return changed(node, [], {}, { axis: -1 });
  const matrix = add('Flatten', [x], { axis });
  const shares = add(node.opType ?? '', [matrix], { axis: -1 });
  return changed(node, ['axis'], { opType: 'Reshape', input: [shares, add('Shape', [x])] });
}

function roiAlign16(node: Node): Node {
  return changed(node, [], {}, { coordinate_transformation_mode: 'output_half_pixel' });
}

function split18(node: Node): Node {
  if (node.input[1]) return node;
  return changed(node, [], {}, { num_outputs: node.output.length });
}

function gridSample20(node: Node): Node {
  const mode = stringAttribute(node, 'mode', 'bilinear');
  return changed(node, [], {}, { mode: { bilinear: 'linear', bicubic: 'cubic' }[mode] ?? mode });
}

function refuse(expected: string) {
  return (node: Node, { refusal }: UpgradeContext): Node => {
    throw refusal(node, expected);
  };
}

const REDUCTIONS = [
  ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
  ...['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'],
];

/**
 * Every operator of the standard whose meaning or form changed between operator sets 7 and 21, in order. Changes that
 * only added types, attributes with the old meaning as their default, or inputs that may be left out, need nothing.
 *
 * @see ONNX Changelog.md
 */
export const OPERATOR_UPGRADES: readonly OperatorUpgrade[] = [
  { operator: ['Scan'], since: 9, upgrade: refuse('the form of operator set 9, without a batch axis') },
  { operator: ['BatchNormalization'], since: 9, upgrade: batchNormalization9 },
  { operator: ['Upsample'], since: 9, upgrade: upsample9 },
  { operator: ['Slice'], since: 10, upgrade: slice10 },
  { operator: ['TopK'], since: 10, upgrade: topK10 },
  { operator: ['Upsample', 'Resize'], since: 11, upgrade: resize11 },
  { operator: ['Clip'], since: 11, upgrade: clip11 },
  { operator: ['Pad'], since: 11, upgrade: pad11 },
  { operator: ['Scatter'], since: 11, upgrade: (node) => changed(node, [], { opType: 'ScatterElements' }) },
  { operator: ['Dropout'], since: 12, upgrade: dropout12 },
  { operator: ['ReduceSum', 'Squeeze', 'Unsqueeze'], since: 13, upgrade: intsToInput('axes', 1) },
  { operator: ['Split'], since: 13, upgrade: intsToInput('split', 1) },
  { operator: ['Softmax', 'LogSoftmax', 'Hardmax'], since: 13, upgrade: softmax13 },
  { operator: ['BatchNormalization'], since: 14, upgrade: batchNormalization14 },
  { operator: ['RoiAlign'], since: 16, upgrade: roiAlign16 },
  { operator: REDUCTIONS, since: 18, upgrade: intsToInput('axes', 1) },
  { operator: ['Split'], since: 18, upgrade: split18 },
  { operator: ['GridSample'], since: 20, upgrade: gridSample20 },
  { operator: ['GroupNormalization'], since: 21, upgrade: refuse('factors per channel, as since operator set 21') },
];
