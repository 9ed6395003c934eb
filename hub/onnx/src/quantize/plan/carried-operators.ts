import { floatAttribute, stringAttribute } from '../../format/attributes.ts';
import type { Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';

/**
 * What an operator without weights does to u8 values.
 *
 * - `moves`: the same numbers in other places, so the scale stays
 * - `pools`: fewer numbers, of a range of their own
 * - `scales`: the same integers with another scale, for which nothing has to be done
 * - `computes`: other numbers
 */
export type Carriage = 'moves' | 'scales' | 'pools' | 'computes';

/** Operators that ONNX Runtime runs on u8 when a pair of QuantizeLinear and DequantizeLinear is on both sides. */
const CARRIAGES: Readonly<Record<string, Carriage>> = {
  Expand: 'moves',
  Flatten: 'moves',
  Gather: 'moves',
  MaxPool: 'moves',
  Reshape: 'moves',
  Resize: 'moves',
  Slice: 'moves',
  Split: 'moves',
  Squeeze: 'moves',
  Tile: 'moves',
  Transpose: 'moves',
  Unsqueeze: 'moves',
  AveragePool: 'pools',
  GlobalAveragePool: 'pools',
  Add: 'computes',
  Concat: 'computes',
  HardSigmoid: 'computes',
  LeakyRelu: 'computes',
  Mul: 'computes',
  Sigmoid: 'computes',
};

/** Operators whose inputs are all activations; of the others only the first is. */
const OF_MANY: ReadonlySet<string> = new Set(['Add', 'Concat', 'Mul']);

/** Kinds of interpolation with a u8 kernel. */
const RESIZE_MODES: ReadonlySet<string> = new Set(['nearest', 'linear']);

/** What a node would do to u8 values; `undefined` where it needs floats. */
export function carriageOf(node: Node): Carriage | undefined {
  if (!isStandardDomain(node.domain)) return undefined;
  const carriage = Object.hasOwn(CARRIAGES, node.opType ?? '') ? CARRIAGES[node.opType ?? ''] : undefined;
  if (node.opType === 'Resize' && !RESIZE_MODES.has(stringAttribute(node, 'mode', 'nearest'))) return undefined;
  // A factor below zero would need a scale below zero.
  if (node.opType === 'HardSigmoid' && floatAttribute(node, 'alpha', 0.2) <= 0) return undefined;
  // MaxPool may tell where the largest entries are, too.
  if (node.opType !== 'Split' && node.output.filter((name) => name !== '').length !== 1) return undefined;
  return carriage;
}

/** The inputs of a node that hold activations, constants among them. */
export function activationInputs(node: Node): readonly string[] {
  return OF_MANY.has(node.opType ?? '') ? node.input : node.input.slice(0, 1);
}
