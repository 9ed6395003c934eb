import { UsageError } from '../../../errors.ts';
import { intAttribute } from '../../../format/attributes.ts';
import { type Model, type Node, withGraph } from '../../../format/messages.ts';
import { isStandardDomain } from '../../../graph/domain.ts';
import { sortNodes } from '../../../graph/topology.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { encodeTensor } from '../../../tensor/encode-tensor.ts';
import { float32, type TensorOf } from '../../../tensor/tensor.ts';
import { nodeName } from '../../plan/node-name.ts';
import type { QuantizationScope } from '../../plan/quantization-plan.ts';
import type { WeightMasks } from './weight-masks.ts';

export interface WeightPruning extends QuantizationScope {
  /** Share of each weight that becomes 0: from 0, and below 1. */
  readonly sparsity: number;
  /** Weights of fewer entries stay as they are. @default 256 */
  readonly leastEntries?: number;
}

const DEFAULT_LEAST_ENTRIES = 256;

export interface PrunedWeights {
  readonly model: Model;
  /** Which entries stay, by the name of the weight. */
  readonly masks: WeightMasks;
}

/** Operators with large weights, and the inputs that hold them. */
const WEIGHT_INPUTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Conv', [1]],
  ['ConvTranspose', [1]],
  ['GRU', [1, 2]],
  ['Gemm', [1]],
  ['LSTM', [1, 2]],
  ['MatMul', [1]],
  ['RNN', [1, 2]],
]);

/**
 * The model with the smallest weights of each layer set to 0, by their magnitude. Depthwise convolutions, which have few
 * weights and need each of them, stay as they are.
 *
 * Zeros make the file smaller where it is compressed, and change nothing about its size in memory or its time.
 *
 * @see Han et al., Learning both weights and connections for efficient neural networks, section 3
 * @throws UsageError ARGUMENT_INVALID
 */
export function pruneWeights(model: Model, options: WeightPruning): PrunedWeights {
  const { sparsity, exclude, leastEntries = DEFAULT_LEAST_ENTRIES } = options;
  if (!(sparsity >= 0 && sparsity < 1)) {
    throw new UsageError('ARGUMENT_INVALID', `sparsity must be at least 0 and below 1, got ${sparsity}`);
  }
  const { constants } = inferTypes(model);
  const masks = new Map<string, Uint8Array>();
  const pruned = new Map<string, TensorOf<'float32'>>();
  const stays = new Set(exclude);
  for (const node of sortNodes(model.graph.node)) {
    if (stays.has(nodeName(node))) continue;
    for (const name of weightsOf(node)) {
      const weight = constants.hasOwn(name) ? constants.get(name) : undefined;
      if (weight?.type !== 'float32' || weight.dims.length < 2 || weight.data.length < leastEntries) continue;
      const mask = largestEntries(weight.data, sparsity);
      masks.set(name, mask);
      pruned.set(
        name,
        float32(
          weight.data.map((entry, at) => (mask[at] === 1 ? entry : 0)),
          weight.dims,
        ),
      );
    }
  }
  return { model: withWeights(model, pruned), masks };
}

function weightsOf(node: Node): string[] {
  if (!isStandardDomain(node.domain)) return [];
  const isGrouped = node.opType?.startsWith('Conv') && intAttribute(node, 'group', 1) > 1;
  const inputs = isGrouped ? undefined : WEIGHT_INPUTS.get(node.opType ?? '');
  return (inputs ?? []).flatMap((input) => node.input[input] || []);
}

/** 1 for the entries of the largest magnitudes, and of equal ones for those that come first. */
function largestEntries(weight: Float32Array, sparsity: number): Uint8Array {
  const zeros = Math.floor(sparsity * weight.length);
  const magnitudes = weight.map(Math.abs);
  const border = magnitudes.toSorted()[zeros] ?? 0;
  const mask = Uint8Array.from(magnitudes, (magnitude) => (magnitude < border ? 0 : 1));
  let left = zeros - mask.reduce((count, kept) => count + 1 - kept, 0);
  for (let at = mask.length - 1; left > 0; at--) {
    if (magnitudes[at] !== border) continue;
    mask[at] = 0;
    left -= 1;
  }
  return mask;
}

function withWeights(model: Model, weights: ReadonlyMap<string, TensorOf<'float32'>>): Model {
  const initializer = model.graph.initializer.map((proto) => {
    const weight = weights.get(proto.name ?? '');
    return weight ? encodeTensor(proto.name ?? '', weight) : proto;
  });
  return withGraph(model, { initializer });
}
