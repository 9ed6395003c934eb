import { intAttribute, intsAttribute, stringAttribute } from '../format/attributes.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { zeros } from '../tensor/typed-arrays.ts';
import { axisOf, type Evaluation, type Evaluator, fits, hasInput, integersOf } from './evaluation.ts';
import { offsetsOf, picked, stridesOf } from './offsets.ts';

function gather(evaluation: Evaluation): Tensor[] | undefined {
  const [value, places] = evaluation.inputs;
  const indices = integersOf(evaluation, 1);
  const axis = value && axisOf(intAttribute(evaluation.node, 'axis', 0), value.dims.length);
  if (!value || !places || !indices || axis === undefined) return undefined;
  const size = value.dims[axis] ?? 0;
  if (indices.some((index) => index < -size || index >= size)) return undefined;
  const [before, after] = [value.dims.slice(0, axis), value.dims.slice(axis + 1)];
  const dims = [...before, ...places.dims, ...after];
  if (!fits(dims, evaluation)) return undefined;
  const inner = elementCount(after);
  function* offsets(): Generator<number> {
    for (let outer = 0; outer < elementCount(before); outer++) {
      for (const index of indices ?? []) {
        const start = (outer * size + (index < 0 ? index + size : index)) * inner;
        for (let at = 0; at < inner; at++) yield start + at;
      }
    }
  }
  return [picked(value, dims, offsets())];
}

/** Where a slice along one axis begins, how it goes on, and how many entries it has. */
export interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** One axis of a Slice node applied to a size, as numpy does: out-of-range ends are cut. */
export function axisSlice(axis: number, size: number, start: number, end: number, step: number): AxisSlice {
  const low = step > 0 ? 0 : -1;
  const bound = (at: number, least: number, most: number): number =>
    Math.max(least, Math.min(most, at < 0 ? at + size : at));
  const first = bound(start, 0, step > 0 ? size : size - 1);
  // A negative step may run to in front of the first entry, which -1 cannot say: numbers below -size do.
  const last = bound(end, low, step > 0 ? size : size - 1);
  return { axis, start: first, step, count: size === 0 ? 0 : Math.max(0, Math.ceil((last - first) / step)) };
}

/** The slices of a Slice node: attributes before opset 10, inputs since. */
function slicesOf(evaluation: Evaluation, dims: readonly number[]): AxisSlice[] | undefined {
  const { node } = evaluation;
  const given = (name: string, index: number): number[] | undefined =>
    intsAttribute(node, name) ?? integersOf(evaluation, index);
  const [starts, ends] = [given('starts', 1), given('ends', 2)];
  if (!starts || ends?.length !== starts.length) return undefined;
  const axes = given('axes', 3) ?? (hasInput(evaluation, 3) ? undefined : starts.map((_, axis) => axis));
  const steps = given('steps', 4) ?? (hasInput(evaluation, 4) ? undefined : starts.map(() => 1));
  if (axes?.length !== starts.length || steps?.length !== starts.length) return undefined;
  const slices: AxisSlice[] = [];
  for (const [at, start] of starts.entries()) {
    const axis = axisOf(axes[at] ?? 0, dims.length);
    const [end = 0, step = 1] = [ends[at], steps[at]];
    if (axis === undefined || step === 0) return undefined;
    slices.push(axisSlice(axis, dims[axis] ?? 0, start, end, step));
  }
  return slices;
}

function slice(evaluation: Evaluation): Tensor[] | undefined {
  const [value] = evaluation.inputs;
  const slices = value && slicesOf(evaluation, value.dims);
  if (!value || !slices) return undefined;
  const dims = [...value.dims];
  const steps = stridesOf(value.dims);
  let first = 0;
  for (const { axis, start, step, count } of slices) {
    first += start * (steps[axis] ?? 0);
    dims[axis] = count;
    steps[axis] = (steps[axis] ?? 0) * step;
  }
  return [picked(value, dims, offsetsOf(dims, steps, first))];
}

function concat(evaluation: Evaluation): Tensor[] | undefined {
  const values = evaluation.inputs.filter((value) => value !== undefined);
  const [first] = values;
  const axis = first && axisOf(intAttribute(evaluation.node, 'axis', 0), first.dims.length);
  if (!first || axis === undefined || values.length !== evaluation.inputs.length) return undefined;
  const agree = ({ type, dims }: Tensor): boolean =>
    type === first.type &&
    dims.length === first.dims.length &&
    dims.every((dim, at) => at === axis || dim === first.dims[at]);
  if (!values.every(agree)) return undefined;
  const dims = first.dims.map((dim, at) =>
    at === axis ? values.reduce((sum, value) => sum + (value.dims[axis] ?? 0), 0) : dim,
  );
  if (!fits(dims, evaluation)) return undefined;
  return [joined(first.type, dims, values, elementCount(first.dims.slice(0, axis)))];
}

/** The values side by side in each of `blocks` parts of equal size. */
function joined(type: Tensor['type'], dims: readonly number[], values: readonly Tensor[], blocks: number): Tensor {
  const data = type === 'string' ? [] : zeros(type, elementCount(dims));
  let to = 0;
  for (let block = 0; block < blocks; block++) {
    for (const value of values) {
      const length = value.data.length / blocks;
      for (let at = block * length; at < (block + 1) * length; at++) data[to++] = value.data[at] as never;
    }
  }
  return { type, dims, data } as unknown as Tensor;
}

function split(evaluation: Evaluation): Tensor[] | undefined {
  const { node, inputs } = evaluation;
  const [value] = inputs;
  const axis = value && axisOf(intAttribute(node, 'axis', 0), value.dims.length);
  if (!value || axis === undefined) return undefined;
  const size = value.dims[axis] ?? 0;
  const given = intsAttribute(node, 'split') ?? integersOf(evaluation, 1);
  if (!given && hasInput(evaluation, 1)) return undefined;
  // ONNX Split-18: without sizes, equal parts, the last one smaller.
  const part = Math.ceil(size / node.output.length);
  const sizes = given ?? node.output.map((_, at) => Math.min(part, Math.max(0, size - at * part)));
  if (sizes.reduce((sum, entry) => sum + entry, 0) !== size) return undefined;
  const strides = stridesOf(value.dims);
  let start = 0;
  return sizes.map((count) => {
    const dims = value.dims.map((dim, at) => (at === axis ? count : dim));
    const first = start * (strides[axis] ?? 0);
    start += count;
    return picked(value, dims, offsetsOf(dims, strides, first));
  });
}

/** Constant padding; other modes and attribute forms are left to the runtime. */
function pad(evaluation: Evaluation): Tensor[] | undefined {
  const { node, inputs, opset } = evaluation;
  const [value, , fill] = inputs;
  const pads = integersOf(evaluation, 1);
  const isPlain = opset >= 11 && stringAttribute(node, 'mode', 'constant') === 'constant' && !hasInput(evaluation, 3);
  if (!value || !pads || !isPlain || value.type === 'string') return undefined;
  const rank = value.dims.length;
  if (pads.length !== 2 * rank || (hasInput(evaluation, 2) && fill?.type !== value.type)) return undefined;
  const dims = value.dims.map((dim, axis) => dim + (pads[axis] ?? 0) + (pads[axis + rank] ?? 0));
  if (pads.some((count) => count < 0) || !fits(dims, evaluation)) return undefined;
  const steps = stridesOf(dims);
  const start = steps.reduce((sum, step, axis) => sum + step * (pads[axis] ?? 0), 0);
  const zero = { type: value.type, dims: [], data: value.data.slice(0, 0) } as Tensor;
  const padded = picked(fill ?? zero, dims, repeated(0, elementCount(dims)));
  let at = 0;
  for (const offset of offsetsOf(value.dims, steps, start)) {
    (padded.data as unknown as Record<number, number | bigint>)[offset] = value.data[at++] ?? 0;
  }
  return [padded];
}

function* repeated(value: number, count: number): Generator<number> {
  for (let done = 0; done < count; done++) yield value;
}

/** Operators that pick, join and take apart. */
export const INDEXING_EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Gather: gather,
  Slice: slice,
  Concat: concat,
  Split: split,
  Pad: pad,
};
