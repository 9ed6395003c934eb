import { intAttribute, intsAttribute } from '../format/attributes.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { zeros } from '../tensor/typed-arrays.ts';
import { larger, smaller } from './elementwise.ts';
import { axisOf, type Evaluation, type Evaluator, hasInput, integersOf } from './evaluation.ts';
import { numbers, offsetsOf, stridesOf } from './offsets.ts';

type Entry = number | bigint;
type Combine = (left: Entry, right: Entry) => Entry;

// The attribute became an input with opset 13 (ReduceSum) and 18 (the others).
function axesOf(evaluation: Evaluation, rank: number): number[] | undefined {
  const { node } = evaluation;
  const given = intsAttribute(node, 'axes') ?? integersOf(evaluation, 1);
  if (!given && hasInput(evaluation, 1)) return undefined;
  if (given && given.length > 0) {
    const axes = given.map((axis) => axisOf(axis, rank));
    return axes.some((axis) => axis === undefined) ? undefined : (axes as number[]);
  }
  return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

/** Floats are left to the runtime, whose order of summation decides the last digits. */
function reduced(combine: Combine): Evaluator {
  return (evaluation): Tensor[] | undefined => {
    const [value] = evaluation.inputs;
    if (value?.type !== 'int64' && value?.type !== 'int32') return undefined;
    const axes = axesOf(evaluation, value.dims.length);
    if (!axes || value.data.length === 0) return undefined;
    const kept = value.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const targets = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
    const data = zeros(value.type, elementCount(kept));
    const seen = new Set<number>();
    let at = 0;
    for (const target of offsetsOf(value.dims, targets)) {
      const entry = value.data[at++] ?? 0;
      data[target] = seen.has(target) ? combine(data[target] ?? 0, entry) : entry;
      seen.add(target);
    }
    const keeps = intAttribute(evaluation.node, 'keepdims', 1) === 1;
    return [numbers(value.type, keeps ? kept : kept.filter((_, axis) => !axes.includes(axis)), data)];
  };
}

/** Reductions of integers, as shape arithmetic uses them. */
export const REDUCTION_EVALUATORS: Readonly<Record<string, Evaluator>> = {
  ReduceSum: reduced((left, right) => ((left as number) + (right as number)) as Entry),
  ReduceProd: reduced((left, right) => ((left as number) * (right as number)) as Entry),
  ReduceMax: reduced(larger),
  ReduceMin: reduced(smaller),
};
