import { intAttribute } from '../../../format/attributes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { inputLengths, knownProduct, type Length, lengthVector, multiplyLengths } from '../../lengths.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { addRows } from '../../scatter-add.ts';

/** dy added up by index, with all indexed axes taken for one. ONNX GatherND-13 */
export const gatherNdGradient: GradientRule = (context) => [
  () => {
    const indices = context.inputType(1).dims;
    const depth = indices?.at(-1);
    if (!indices || typeof depth !== 'number') throw context.refusal('indices of known rank and last size');
    const batch = intAttribute(context.node, 'batch_dims', 0);
    const sizes = inputLengths(context, 0);
    const [indexed, row] = [sizes.slice(0, batch + depth), sizes.slice(batch + depth)];
    const rows = indexed.reduce((total, size) => multiplyLengths(context, total, size), 1);
    const sum = addRows(context, {
      indices: rowNumbers(context, indexed, batch, indices.length),
      updates: context.op('Reshape', [context.gradient(), lengthVector(context, [-1, ...row])]),
      sizes: [rows, ...row],
      count: knownProduct(indices.slice(0, -1)),
    });
    return context.op('Reshape', [sum, context.shapeOf(0)]);
  },
  undefined,
];

/** Position of each index among all rows, int64 [n, 1]. */
function rowNumbers(context: RuleContext, indexed: readonly Length[], batch: number, rank: number): string {
  const own = indexed.slice(batch);
  const parts =
    own.length === 1
      ? [context.input(1)]
      : context.opMany(
          'Split',
          [context.input(1), context.constant(int64(own.map(() => 1)))],
          { axis: -1 },
          own.length,
        );
  let rows = batch === 0 ? undefined : batchNumbers(context, indexed.slice(0, batch), rank);
  for (const [at, part] of parts.entries()) {
    const size = lengthVector(context, own.slice(at, at + 1));
    // ONNX Mod-13: the remainder has the divisor's sign, which counts negative indices from the front.
    const index = context.op('Mod', [part, size]);
    rows = rows === undefined ? index : context.op('Add', [context.op('Mul', [rows, size]), index]);
  }
  return context.op('Reshape', [rows, context.constant(int64([-1, 1]))]);
}

/** Number of each batch, in a shape that broadcasts to that of the indices. */
function batchNumbers(context: RuleContext, sizes: readonly Length[], rank: number): string {
  const count = sizes.reduce((total, size) => multiplyLengths(context, total, size), 1);
  const shape = [...sizes, ...new Array<Length>(rank - sizes.length).fill(1)];
  if (typeof count === 'number') {
    return context.constant(int64(new Array(count).keys(), shape.map(Number)));
  }
  const [zero, one, none] = [int64([0], []), int64([1], []), int64([])].map((value) => context.constant(value));
  const numbers = context.op('Range', [zero, context.op('Reshape', [count, none]), one]);
  return context.op('Reshape', [numbers, lengthVector(context, shape)]);
}
