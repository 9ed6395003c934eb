import type { Model } from '../../format/messages.ts';
import { ConstantEdits } from './constant-edits.ts';
import { type LinearNode, linearNode } from './linear-weights.ts';
import { repeated, type ScaleSource, scaleSource } from './scale-source.ts';

/** Sweeps over all pairs; each halves what is left, since pairs that share a node undo a part of each other's work. */
const MOST_SWEEPS = 20;
/** Largest change of a channel at which it is done. */
const TOLERANCE = 0.01;

/** Weights whose outputs only other weights read, through operators that keep positive factors. */
interface Pair {
  readonly source: ScaleSource & { readonly linear: LinearNode };
  readonly reader: LinearNode;
}

/**
 * The model with channels between two layers of weights (Conv, depthwise or not, ConvTranspose, Gemm, MatMul) divided by
 * factors that the weights behind them are multiplied by, so that each channel has as large weights in front of it as
 * behind it. One scale then serves all channels. Needs no data.
 *
 * Works through Relu, LeakyRelu, PRelu, pooling, padding with zeros, Flatten and added constants; not through Clip(0, 6),
 * Sigmoid, or values that others read as well. Outputs stay the same but for rounding. BatchNormalization has to be
 * multiplied into the weights first. Ranges taken before are not those of the new model.
 *
 * Large biases are not absorbed into the next layer: that keeps outputs only where a value never falls below the bias,
 * and where no padding lies in between.
 *
 * @see Nagel et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, section 4.1
 */
export function equalizeChannels(model: Model): Model {
  const edits = new ConstantEdits(model);
  const pairs = edits.nodes.flatMap((node) => {
    const reader = linearNode(edits, node);
    const pair = reader && pairOf(edits, reader);
    return pair ? [pair] : [];
  });
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    const changes = pairs.map(equalize);
    if (changes.every((change) => change < TOLERANCE)) break;
  }
  return edits.finish();
}

function pairOf(edits: ConstantEdits, reader: LinearNode): Pair | undefined {
  const [value = ''] = reader.node.input;
  const rank = edits.types.typeOf(value).dims?.length;
  const axis = reader.inputAxis < 0 ? (rank ?? 0) + reader.inputAxis : reader.inputAxis;
  if (rank === undefined || axis < 0) return undefined;
  const source = scaleSource(edits, value, { axis, channels: reader.inputs, inner: 1 }, [reader.node], 'linear');
  return source?.linear ? { source: { ...source, linear: source.linear }, reader } : undefined;
}

/** Makes the weights of each channel as large in front as behind; returns the largest change, as a logarithm. */
function equalize({ source, reader }: Pair): number {
  const front = source.linear.outputMaxima();
  const behind = groupMaxima(reader.inputMaxima(), source.inner);
  const factors = front.map((size, channel) => {
    const other = behind[channel] ?? 0;
    const factor = Math.sqrt(other / size);
    // A channel without weights on one side has nothing to balance.
    return size > 0 && other > 0 && Number.isFinite(factor) && factor > 0 ? factor : 1;
  });
  const change = Math.max(0, ...factors.map((factor) => Math.abs(Math.log(factor))));
  if (change < TOLERANCE) return change;
  source.scale(factors);
  reader.scaleInputs(
    repeated(
      factors.map((factor) => 1 / factor),
      source.inner,
    ),
  );
  return change;
}

/** Largest of each `inner` entries in a row. */
export function groupMaxima(maxima: Float64Array, inner: number): Float64Array {
  return Float64Array.from({ length: maxima.length / inner }, (_, channel) =>
    maxima.subarray(channel * inner, (channel + 1) * inner).reduce((most, entry) => Math.max(most, entry), 0),
  );
}
