import { intAttribute } from '../../format/attributes.ts';
import type { Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import type { ConstantEdits } from './constant-edits.ts';
import type { EditableConstant } from './editable-constant.ts';

/** A node that multiplies its first input by constant weights, seen as a matrix from input to output channels. */
export interface LinearNode {
  readonly node: Node;
  readonly inputs: number;
  readonly outputs: number;
  /** Axis of the activation that counts the inputs; negative counts from the last. */
  readonly inputAxis: number;
  /** Axis of the output that counts the outputs. */
  readonly outputAxis: number;
  /** Whether each output channel reads one input channel, so that a scale for each output serves each input as well. */
  readonly isDepthwise: boolean;
  /** Whether its outputs can be multiplied: a bias has to be a constant. */
  readonly hasConstantBias: boolean;
  /** Largest magnitude of the weights of each input channel, [input]. */
  inputMaxima(): Float64Array;
  /** Largest magnitude of the weights of each output channel, [output]. */
  outputMaxima(): Float64Array;
  /** Multiplies the weights of each input channel. */
  scaleInputs(factors: ArrayLike<number>): void;
  /** Multiplies each output channel: weights and bias. */
  scaleOutputs(factors: ArrayLike<number>): void;
}

/** Place in the weights -> channel. */
type ChannelOf = (at: number) => number;

interface Layout {
  readonly inputs: number;
  readonly outputs: number;
  readonly inputOf: ChannelOf;
  readonly outputOf: ChannelOf;
  /** Axis of input and output that counts channels. */
  readonly axis: number;
}

/** Conv, ConvTranspose, Gemm, or MatMul with a constant matrix on the right; `undefined` for any other node. */
export function linearNode(edits: ConstantEdits, node: Node): LinearNode | undefined {
  if (!isStandardDomain(node.domain) || edits.isConstant(node.input[0] ?? '')) return undefined;
  const dims = edits.isConstant(node.input[1] ?? '') ? edits.types.typeOf(node.input[1] ?? '').dims : undefined;
  const layout = dims?.every((size) => typeof size === 'number')
    ? layoutOf(node, dims as readonly number[])
    : undefined;
  const weights = layout && edits.constant(node, 1);
  if (!layout || !weights) return undefined;
  const { inputs, outputs, axis } = layout;
  const bias = node.input[2] ? edits.constant(node, 2) : undefined;
  const place = { rank: node.opType === 'Gemm' ? 2 : 1, axis: node.opType === 'Gemm' ? 1 : 0, count: outputs };
  return {
    ...{ node, inputs, outputs, inputAxis: axis, outputAxis: axis },
    isDepthwise: node.opType === 'Conv' && dims?.[1] === 1 && inputs > 1,
    hasConstantBias: !node.input[2] || (bias?.fits(place) ?? false),
    inputMaxima: () => maximaOf(weights, inputs, layout.inputOf),
    outputMaxima: () => maximaOf(weights, outputs, layout.outputOf),
    scaleInputs: (factors) => weights.multiply((at) => factors[layout.inputOf(at)] ?? 1),
    scaleOutputs(factors) {
      weights.multiply((at) => factors[layout.outputOf(at)] ?? 1);
      bias?.multiplyChannels(place, factors);
    },
  };
}

function layoutOf(node: Node, dims: readonly number[]): Layout | undefined {
  const [first = 0, second = 0] = dims;
  switch (node.opType) {
    case 'Conv':
      return convolution(dims, intAttribute(node, 'group', 1));
    case 'ConvTranspose': {
      const { inputOf, outputOf, inputs, outputs } = convolution(dims, intAttribute(node, 'group', 1));
      return { inputs: outputs, outputs: inputs, inputOf: outputOf, outputOf: inputOf, axis: 1 };
    }
    case 'Gemm': {
      if (dims.length !== 2 || intAttribute(node, 'transA', 0) === 1) return undefined;
      return intAttribute(node, 'transB', 0) === 1
        ? { ...matrix(second), inputs: second, outputs: first, axis: 1 }
        : { ...turned(matrix(second)), inputs: first, outputs: second, axis: 1 };
    }
    case 'MatMul':
      return dims.length === 2 ? { ...turned(matrix(second)), inputs: first, outputs: second, axis: -1 } : undefined;
    default:
      return undefined;
  }
}

/** Weights [output, input / group, kernel...]; ConvTranspose has inputs and outputs the other way round. */
function convolution([outputs = 0, perGroup = 0, ...kernel]: readonly number[], groups: number): Layout {
  const inner = kernel.reduce((product, size) => product * size, 1);
  const outputOf: ChannelOf = (at) => Math.floor(at / (inner * perGroup));
  const outputsPerGroup = outputs / groups;
  const inputOf: ChannelOf = (at) =>
    Math.floor(outputOf(at) / outputsPerGroup) * perGroup + (Math.floor(at / inner) % perGroup);
  return { inputs: perGroup * groups, outputs, inputOf, outputOf, axis: 1 };
}

/** Weights [output, input]. */
function matrix(columns: number): Pick<Layout, 'inputOf' | 'outputOf'> {
  return { outputOf: (at) => Math.floor(at / columns), inputOf: (at) => at % columns };
}

function turned({ inputOf, outputOf }: Pick<Layout, 'inputOf' | 'outputOf'>): Pick<Layout, 'inputOf' | 'outputOf'> {
  return { inputOf: outputOf, outputOf: inputOf };
}

function maximaOf({ data }: EditableConstant, count: number, channelOf: ChannelOf): Float64Array {
  const maxima = new Float64Array(count);
  for (const [at, entry] of data.entries()) {
    const channel = channelOf(at);
    maxima[channel] = Math.max(maxima[channel] ?? 0, Math.abs(entry));
  }
  return maxima;
}
