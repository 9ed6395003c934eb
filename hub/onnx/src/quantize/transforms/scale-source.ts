import { intAttribute } from '../../format/attributes.ts';
import type { Node } from '../../format/messages.ts';
import type { ConstantEdits } from './constant-edits.ts';
import { type ChannelLayout, layoutBefore } from './keeps-factors.ts';
import { type LinearNode, linearNode } from './linear-weights.ts';

/** Constants in front of a value that its channels can be multiplied in. */
export interface ScaleSource {
  readonly channels: number;
  /** Entries of the value for each channel, in a row. */
  readonly inner: number;
  /** The node with weights that they are in; `undefined` for a normalization or a product with a constant. */
  readonly linear: LinearNode | undefined;
  /** Multiplies each channel of the value. */
  scale(factors: ArrayLike<number>): void;
}

/** Normalizations that end in a gain and a shift for each entry of one axis. */
const NORMALIZATIONS: Readonly<Record<string, 'last' | 'second'>> = {
  LayerNormalization: 'last',
  RMSNormalization: 'last',
  BatchNormalization: 'second',
  InstanceNormalization: 'second',
};

type Scale = (factors: ArrayLike<number>) => void;

/**
 * Follows a value back, through operators that keep factors, to constants that can be multiplied instead of it.
 *
 * @param readers the only nodes that may see the value
 * @param only 'linear': looks for weights, past products with constants
 */
export function scaleSource(
  edits: ConstantEdits,
  value: string,
  layout: ChannelLayout,
  readers: readonly Node[],
  only: 'linear' | 'any' = 'any',
): ScaleSource | undefined {
  const node = edits.isOnlyFor(value, readers) ? edits.producer(value) : undefined;
  if (!node || node.output[0] !== value) return undefined;
  const further = (input = '', next = layout): ScaleSource | undefined => scaleSource(edits, input, next, [node], only);
  const before = layoutBefore(edits, node, layout);
  if (before) return further(node.input[0], before);
  switch (node.opType) {
    case 'Add':
    case 'Sub':
      return shiftedSource(edits, node, layout, further);
    case 'Mul':
    case 'Div':
      return productSource(edits, node, layout, only, further);
    default:
      return (
        linearSource(edits, node, layout) ?? (only === 'any' ? normalizationSource(edits, node, layout) : undefined)
      );
  }
}

type Further = (input: string | undefined, layout?: ChannelLayout) => ScaleSource | undefined;

/** A constant that is added to a value has to be multiplied like the value. */
function shiftedSource(
  edits: ConstantEdits,
  node: Node,
  layout: ChannelLayout,
  further: Further,
): ScaleSource | undefined {
  for (const index of [0, 1]) {
    const scale = constantScale(edits, node, 1 - index, layout);
    const source = scale && isWhole(edits, node, index, layout) ? further(node.input[index]) : undefined;
    if (!scale || !source) continue;
    const scaleBoth: Scale = (factors) => {
      source.scale(factors);
      // The source may tell fewer channels apart than the value does.
      scale(repeated(factors, layout.channels / source.channels));
    };
    return { ...source, scale: scaleBoth };
  }
  return undefined;
}

/** Whether an input has all channels of the output by itself, and is not repeated for them. */
function isWhole(edits: ConstantEdits, node: Node, index: number, { axis, channels }: ChannelLayout): boolean {
  const { dims } = edits.types.typeOf(node.input[index] ?? '');
  return dims?.length === edits.types.typeOf(node.output[0] ?? '').dims?.length && dims?.[axis] === channels;
}

/** Multiplies a constant that is combined with a value of this layout; `undefined` where the input is none. */
function constantScale(edits: ConstantEdits, node: Node, index: number, layout: ChannelLayout): Scale | undefined {
  const rank = edits.types.typeOf(node.output[0] ?? '').dims?.length;
  const constant = edits.constant(node, index);
  if (!constant || rank === undefined) return undefined;
  const place = { rank, axis: layout.axis, count: layout.channels };
  if (!constant.fits(place)) return undefined;
  return (factors) => constant.multiplyChannels(place, factors);
}

/** Each entry as often as there are entries in a row for its channel. */
export function repeated(factors: ArrayLike<number>, inner: number): Float64Array {
  return Float64Array.from({ length: factors.length * inner }, (_, at) => factors[Math.floor(at / inner)] ?? 1);
}

/**
 * A product with a constant is multiplied in the constant. One of two values is not: its own channels, which may be as
 * alike as those of a gate, would no longer be.
 */
function productSource(
  edits: ConstantEdits,
  node: Node,
  layout: ChannelLayout,
  only: 'linear' | 'any',
  further: Further,
): ScaleSource | undefined {
  const constants = [0, 1].map((index) => constantScale(edits, node, index, layout));
  const at = constants.findIndex(Boolean);
  // x / c is multiplied in 1 / c, and c / x would be in 1 / x.
  if (at < 0 || (node.opType === 'Div' && at === 0)) return undefined;
  if (only === 'linear') return isWhole(edits, node, 1 - at, layout) ? further(node.input[1 - at]) : undefined;
  const scale: Scale = (factors) =>
    constants[at]?.(node.opType === 'Div' ? Float64Array.from(factors, (factor) => 1 / factor) : factors);
  return { channels: layout.channels, inner: layout.inner, linear: undefined, scale };
}

function linearSource(edits: ConstantEdits, node: Node, layout: ChannelLayout): ScaleSource | undefined {
  const linear = linearNode(edits, node);
  if (!linear?.hasConstantBias || !isAxis(edits, node, linear.outputAxis, layout)) return undefined;
  if (linear.outputs !== layout.channels) return undefined;
  return { channels: layout.channels, inner: layout.inner, linear, scale: (factors) => linear.scaleOutputs(factors) };
}

function normalizationSource(edits: ConstantEdits, node: Node, layout: ChannelLayout): ScaleSource | undefined {
  const operator = node.opType ?? '';
  const kind = Object.hasOwn(NORMALIZATIONS, operator) ? NORMALIZATIONS[operator] : undefined;
  const rank = edits.types.typeOf(node.output[0] ?? '').dims?.length ?? 0;
  // Axes in front of the last one would have gains of their own.
  const isLast = [rank - 1, -1].includes(intAttribute(node, 'axis', -1));
  if (!kind || (kind === 'last' && !isLast) || intAttribute(node, 'training_mode', 0) === 1) return undefined;
  if (node.output.slice(1).some((name) => name !== '' && edits.readers(name).length > 0)) return undefined;
  if (!isAxis(edits, node, kind === 'last' ? -1 : 1, layout)) return undefined;
  const indices = [1, 2].filter((index) => node.input[index]);
  const constants = indices.map((index) => edits.constant(node, index));
  if (constants.some((constant) => constant?.data.length !== layout.channels)) return undefined;
  const place = { rank: 1, axis: 0, count: layout.channels };
  const scale: Scale = (factors) => {
    for (const constant of constants) constant?.multiplyChannels(place, factors);
  };
  return { channels: layout.channels, inner: layout.inner, linear: undefined, scale };
}

function isAxis(edits: ConstantEdits, node: Node, axis: number, layout: ChannelLayout): boolean {
  const rank = edits.types.typeOf(node.output[0] ?? '').dims?.length;
  return axis < 0 ? rank !== undefined && rank + axis === layout.axis : axis === layout.axis;
}
