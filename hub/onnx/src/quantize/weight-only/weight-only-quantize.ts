import { UsageError } from '../../errors.ts';
import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel, requiredInputs } from '../../graph/prune.ts';
import { sortNodes } from '../../graph/topology.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { Constants } from '../../shape/constants.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { float32 } from '../../tensor/tensor.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';
import { denseConstants } from '../static/dense-constants.ts';
import { type BlockOptions, blockWeights, type WeightBits } from './block-weights.ts';
import { type WeightOnlyScope, weightOnlyPlan } from './weight-only-plan.ts';

export interface WeightOnlyOptions extends WeightOnlyScope {
  readonly bits: WeightBits;
  /** Weights of one output that share a scale: 16, 32, 64, 128 or 256. @default DEFAULT_BLOCK_SIZE */
  readonly blockSize?: number;
  /**
   * A model that this function made earlier of the same graph with other weights: scales that still fit are kept, so that
   * a delta between the two is small.
   */
  readonly previous?: Model;
}

/** What ONNX Runtime has kernels for on every processor. Larger blocks are smaller and faster, and rounded more. */
export const DEFAULT_BLOCK_SIZE = 32;

const BLOCK_SIZES: readonly number[] = [16, 32, 64, 128, 256];

/**
 * ONNX Runtime rounds activations to 8 bits block by block and multiplies integers. Of the levels that its CPU provider
 * takes, the others multiply floats: with 8 bits ten times slower than this and far slower than float weights.
 */
const INTEGER_ACCURACY_LEVEL = 4;

/**
 * The model with the weights of large dense layers in 8 or 4 bits, for ONNX Runtime's operator MatMulNBits. Needs no
 * calibration. Pays where memory bounds the speed: large layers at a small batch.
 *
 * @throws UsageError ARGUMENT_INVALID for bits or a block size that there is no kernel for
 * @throws ModelError OPSET_UNSUPPORTED where a model of an operator set before 13 cannot be upgraded
 */
export function weightOnlyQuantize(given: Model, options: WeightOnlyOptions): Model {
  const { bits, blockSize = DEFAULT_BLOCK_SIZE } = options;
  requireOneOf('bits', bits, [8, 4]);
  requireOneOf('blockSize', blockSize, BLOCK_SIZES);
  const model = upgradeOpset(given, OLDEST_SUPPORTED_OPSET);
  const types = inferTypes(model);
  const graph = GraphBuilder.rewrite(model);
  const products = new BlockProducts(graph, types, { bits, blockSize }, options.previous);
  const planned = new Map(weightOnlyPlan(model, types, options).quantized.map((entry) => [entry.node, entry]));
  for (const node of sortNodes(model.graph.node)) {
    const entry = planned.get(node);
    if (entry) products.add(entry);
    else graph.keep(node);
  }
  return pruneModel(graph.build(), requiredInputs(model));
}

function requireOneOf(name: string, value: number, allowed: readonly number[]): void {
  if (allowed.includes(value)) return;
  throw new UsageError('ARGUMENT_INVALID', `${name} must be one of ${allowed.join(', ')}, got ${value}`);
}

/** Names of the constants that stand for one weight matrix. */
interface StoredBlocks {
  readonly codes: string;
  readonly scales: string;
}

class BlockProducts {
  readonly #graph: GraphBuilder;
  readonly #types: InferredTypes;
  readonly #options: BlockOptions;
  readonly #previous: Constants | undefined;
  /** Weights that several layers share are stored once. */
  readonly #stored = new Map<string, StoredBlocks>();

  constructor(graph: GraphBuilder, types: InferredTypes, options: BlockOptions, previous: Model | undefined) {
    this.#graph = graph;
    this.#types = types;
    this.#options = options;
    this.#previous = previous && new Constants(previous.graph);
  }

  add(entry: QuantizedNode): void {
    const { weight, bias } = denseConstants(entry, this.#types);
    const outputs = weight.dims[entry.channelAxis] ?? 0;
    const inputs = weight.dims[1 - entry.channelAxis] ?? 0;
    const { codes, scales } = this.#blocksOf(entry, weight.data, [inputs, outputs]);
    const added = bias && this.#graph.constant(float32(bias), `${entry.weight}_bias`);
    this.#graph.standIn(
      entry.node,
      'MatMulNBits',
      // Zero points and the order of groups are left out.
      [entry.activation, codes, scales, undefined, undefined, added],
      {
        ...{ K: inputs, N: outputs, bits: this.#options.bits, block_size: this.#options.blockSize },
        accuracy_level: INTEGER_ACCURACY_LEVEL,
      },
      'com.microsoft',
    );
  }

  #blocksOf(
    { node, weight, channelAxis }: QuantizedNode,
    data: Float32Array,
    [inputs, outputs]: readonly [number, number],
  ): StoredBlocks {
    // The factor alpha of a Gemm is in the weights.
    const alpha = node.attribute.find(({ name }) => name === 'alpha')?.f ?? 1;
    const key = `${alpha}:${channelAxis}:${weight}`;
    const known = this.#stored.get(key);
    if (known) return known;
    const at = (input: number, output: number): number =>
      data[channelAxis === 1 ? input * outputs + output : output * inputs + input] ?? 0;
    const before = this.#previous?.get(`${weight}_scales`);
    const isAlike =
      before?.type === 'float32' && before.data.length === outputs * Math.ceil(inputs / this.#options.blockSize);
    const options = { ...this.#options, ...(isAlike ? { previousScales: before.data } : {}) };
    const { codes, scales } = blockWeights(at, [inputs, outputs], options);
    const stored = {
      codes: this.#graph.constant(codes, `${weight}_codes`),
      scales: this.#graph.constant(float32(scales), `${weight}_scales`),
    };
    this.#stored.set(key, stored);
    return stored;
  }
}
