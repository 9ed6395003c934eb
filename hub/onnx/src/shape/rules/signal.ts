import { intAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { elementTypeOf } from '../../tensor/element-type.ts';
import { hasInput, integersOf } from '../integer-parameter.ts';
import { inputType, positiveAxis, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function integer(context: ShapeContext, index: number): number | undefined {
  return integersOf(context.constant(index))?.[0];
}

function outputType(context: ShapeContext): ValueType['type'] {
  return elementTypeOf(intAttribute(context.node, 'output_datatype', 1));
}

function window(context: ShapeContext): ValueType[] {
  return [{ type: outputType(context), dims: [integer(context, 0)] }];
}

/** Number of frequencies of a real signal: the others mirror them. */
function frequencies(context: ShapeContext, size: Dim, onesided: number): Dim {
  if (intAttribute(context.node, 'onesided', onesided) === 0) return size;
  return typeof size === 'number' ? Math.floor(size / 2) + 1 : undefined;
}

// ONNX DFT-20: [batch, ..., signal, 1 or 2]; the axis was an attribute before opset 20.
function fourier(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const given = context.opset < 20 ? intAttribute(context.node, 'axis', 1) : axisInput(context);
  if (!dims || given === undefined) return [{ type, dims: dims?.map(() => undefined) }];
  const axis = positiveAxis(given, dims.length);
  const size = hasInput(context, 1) ? integer(context, 1) : dims[axis];
  const sizes = dims.map((dim, at) => (at === axis ? frequencies(context, size, 0) : dim));
  return [{ type, dims: [...sizes.slice(0, -1), 2] }];
}

function axisInput(context: ShapeContext): number | undefined {
  return hasInput(context, 2) ? integer(context, 2) : -2;
}

// ONNX STFT-17: [batch, frame, frequency, 2]
function shortFourier(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  const step = integer(context, 1);
  const length = hasInput(context, 3) ? integer(context, 3) : inputType(context, 2).dims?.[0];
  const size = dims?.[1];
  const isKnown = typeof size === 'number' && typeof length === 'number' && step !== undefined;
  const frames = isKnown ? Math.floor((size - length) / step) + 1 : undefined;
  return [{ type, dims: [dims?.[0], frames, frequencies(context, length, 1), 2] }];
}

function melWeights(context: ShapeContext): ValueType[] {
  const [bins, length] = [integer(context, 0), integer(context, 1)];
  const spectrum = length === undefined ? undefined : Math.floor(length / 2) + 1;
  return [{ type: outputType(context), dims: [spectrum, bins] }];
}

/** Types behind the operators for sound. */
export const SIGNAL_RULES: Readonly<Record<string, ShapeRule>> = {
  HannWindow: window,
  HammingWindow: window,
  BlackmanWindow: window,
  DFT: fourier,
  STFT: shortFourier,
  MelWeightMatrix: melWeights,
};
