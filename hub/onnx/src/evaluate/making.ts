import { intAttribute } from '../format/attributes.ts';
import { constantOf } from '../shape/constants.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { elementCount, float32, int64, type Tensor } from '../tensor/tensor.ts';
import { zeros } from '../tensor/typed-arrays.ts';
import { type Evaluation, type Evaluator, fits, integersOf } from './evaluation.ts';
import { numbers, picked } from './offsets.ts';

function constantOfShape(evaluation: Evaluation): Tensor[] | undefined {
  const dims = integersOf(evaluation, 0);
  if (!dims || !fits(dims, evaluation)) return undefined;
  const proto = evaluation.node.attribute.find(({ name }) => name === 'value')?.t;
  const fill = proto ? decodeTensor(proto) : float32([0]);
  return [
    picked(
      fill,
      dims,
      Array.from({ length: elementCount(dims) }, () => 0),
    ),
  ];
}

function range(evaluation: Evaluation): Tensor[] | undefined {
  const [start, limit, delta] = evaluation.inputs;
  if (!start || start.type !== limit?.type || start.type !== delta?.type) return undefined;
  const { type } = start;
  if (type !== 'int64' && type !== 'int32' && type !== 'float32' && type !== 'float64') return undefined;
  const [first = 0, end = 0, step = 0] = [start, limit, delta].map(({ data }) => Number(data[0]));
  const count = Math.max(0, Math.ceil((end - first) / step));
  if (step === 0 || !fits([count], evaluation)) return undefined;
  const data = zeros(type, count);
  for (let at = 0; at < count; at++) data[at] = type === 'int64' ? BigInt(first + at * step) : first + at * step;
  return [numbers(type, [count], data)];
}

/** The part of a shape that Shape-15 asks for. */
export function shapePart<Size>(dims: readonly Size[], node: Evaluation['node']): Size[] {
  // Ends beyond the rank are cut, as slice does.
  return dims.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', dims.length));
}

/** Operators that make values out of sizes and attributes. */
export const MAKING_EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Constant: ({ node }) => {
    const value = constantOf(node.attribute);
    return value && [value];
  },
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: ({ node, inputs: [value] }) => value && [int64(shapePart(value.dims, node))],
  Size: ({ inputs: [value] }) => value && [int64([elementCount(value.dims)], [])],
};
