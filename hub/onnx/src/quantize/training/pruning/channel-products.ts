import { intAttribute } from '../../../format/attributes.ts';
import type { Node } from '../../../format/messages.ts';
import type { TensorOf } from '../../../tensor/tensor.ts';
import { isWholeAxis, wholeAxis } from './channel-place.ts';
import type { ChannelTrace } from './channel-trace.ts';

/** A node that multiplies with constant weights. */
interface ProductShape {
  readonly weight: TensorOf<'float32'>;
  /** Axes of the weights that count inputs and outputs. */
  readonly inputAxis: number;
  readonly outputAxis: number;
  /** Axis of the activations that counts the channels, and of the output. */
  readonly activationAxis: number;
  readonly resultAxis: number;
}

const WEIGHT = 1;
const BIAS = 2;

/** Conv, Gemm, MatMul: what comes in ends here, and what the weights make begins. */
export function traceProduct(trace: ChannelTrace, node: Node): boolean {
  const isGrouped = node.opType === 'Conv' && intAttribute(node, 'group', 1) > 1;
  if (isGrouped) return traceDepthwise(trace, node);
  const shape = shapeOf(trace, node);
  if (!shape) return false;
  beginBehind(trace, node, shape);
  const x = trace.input(node, 0);
  if (x?.axis !== shape.activationAxis || (node.opType === 'Conv' && !isWholeAxis(x))) return false;
  x.group.cut({ kind: 'constant', node, input: WEIGHT, place: { ...x, axis: shape.inputAxis } });
  return true;
}

function beginBehind(trace: ChannelTrace, node: Node, { weight, outputAxis, resultAxis }: ProductShape): void {
  const channels = weight.dims[outputAxis] ?? 0;
  const bias = biasAxis(trace, node, channels);
  if (bias === 'unknown') return;
  const group = trace.begin(node, channels, resultAxis);
  group.cut({ kind: 'constant', node, input: WEIGHT, place: wholeAxis(outputAxis) });
  if (bias !== 'none') group.cut({ kind: 'constant', node, input: BIAS, place: wholeAxis(bias) });
  group.write(node, weight, wholeAxis(outputAxis));
}

function shapeOf(trace: ChannelTrace, node: Node): ProductShape | undefined {
  const weight = trace.constant(node, WEIGHT);
  if (!weight) return undefined;
  if (node.opType === 'Conv') {
    return { weight, inputAxis: 1, outputAxis: 0, activationAxis: 1, resultAxis: 1 };
  }
  if (weight.dims.length !== 2) return undefined;
  if (node.opType === 'MatMul') {
    const rank = trace.dims(node.input[0])?.length;
    if (rank === undefined || rank < 2) return undefined;
    return { weight, inputAxis: 0, outputAxis: 1, activationAxis: rank - 1, resultAxis: rank - 1 };
  }
  const isTransposed = intAttribute(node, 'transB', 0) === 1;
  if (intAttribute(node, 'transA', 0) === 1) return undefined;
  const [inputAxis, outputAxis] = isTransposed ? [1, 0] : [0, 1];
  return { weight, inputAxis, outputAxis, activationAxis: 1, resultAxis: 1 };
}

/** Axis of the bias that counts the channels; a Gemm's may have one entry for all of them. */
function biasAxis(trace: ChannelTrace, node: Node, channels: number): number | 'none' | 'unknown' {
  if ((node.input[BIAS] ?? '') === '') return 'none';
  const bias = trace.constant(node, BIAS);
  if (!bias) return 'unknown';
  const size = bias.dims.at(-1) ?? 1;
  if (size === channels) return bias.dims.length - 1;
  return size === 1 ? 'none' : 'unknown';
}

/** A filter for every channel: they go together. */
function traceDepthwise(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  const weight = trace.constant(node, WEIGHT);
  const group = intAttribute(node, 'group', 1);
  const bias = biasAxis(trace, node, group);
  const isDepthwise = weight && weight.dims[0] === group && weight.dims[1] === 1 && bias !== 'unknown';
  if (x?.axis !== 1 || !isWholeAxis(x) || !isDepthwise) return false;
  x.group.cut({ kind: 'constant', node, input: WEIGHT, place: wholeAxis(0) });
  if (bias !== 'none') x.group.cut({ kind: 'constant', node, input: BIAS, place: wholeAxis(0) });
  x.group.cut({ kind: 'groups', node });
  x.group.write(node, weight, wholeAxis(0));
  trace.write(node, x);
  return true;
}
