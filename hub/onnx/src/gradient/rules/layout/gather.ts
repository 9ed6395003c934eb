import { intAttribute } from '../../../format/attributes.ts';
import { integersOf } from '../../../shape/integer-parameter.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { addLengths, inputLength, inputLengths, knownProduct, lengthVector, subtractLengths } from '../../lengths.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { addRows, type RowSum } from '../../scatter-add.ts';
import { padAlong } from './slice-along.ts';

/** dy added up by index. ONNX Gather-13 */
export const gatherGradient: GradientRule = (context) => [
  () => {
    const { dims } = context.inputType(0);
    const indices = context.inputType(1).dims;
    if (!dims || !indices) throw context.refusal('data and indices of known rank');
    const axis = positiveAxis(intAttribute(context.node, 'axis', 0), dims.length);
    const [only] = indices.length === 0 ? (integersOf(context.shapes.constant(1)) ?? []) : [];
    return only === undefined ? byIndex(context, axis, indices.length) : ofOneEntry(context, axis, only);
  },
  undefined,
];

/** dy at the one index that was picked, zeros elsewhere. */
function ofOneEntry(context: RuleContext, axis: number, index: number): string {
  const rank = context.inputType(0).dims?.length ?? 0;
  const entry = context.op('Unsqueeze', [context.gradient(), context.constant(int64([axis]))]);
  const size = inputLength(context, 0, axis);
  const before = index < 0 ? addLengths(context, size, index) : index;
  return padAlong(
    context,
    entry,
    { axis, rank },
    before,
    subtractLengths(context, subtractLengths(context, size, 1), before),
  );
}

/** The gathered axis in front, so that each index adds a whole row. */
function byIndex(context: RuleContext, axis: number, indexRank: number): string {
  const lengths = inputLengths(context, 0);
  const rank = lengths.length;
  const front = [axis, ...range(0, axis), ...range(axis + 1, rank)];
  const sizes = front.map((at) => lengths[at] ?? 0);
  const places = [
    ...range(axis, axis + indexRank),
    ...range(0, axis),
    ...range(axis + indexRank, rank - 1 + indexRank),
  ];
  const rows = axis === 0 ? context.gradient() : context.op('Transpose', [context.gradient()], { perm: places });
  const added = {
    indices: indexColumn(context),
    updates: indexRank === 1 ? rows : context.op('Reshape', [rows, lengthVector(context, [-1, ...sizes.slice(1)])]),
    sizes,
    count: knownProduct(context.inputType(1).dims ?? []),
  };
  const sum = context.compact(addRows(context, added), () => addRows(context, pickedRows(context, added)));
  return axis === 0 ? sum : context.op('Transpose', [sum], { perm: range(0, rank).map((at) => front.indexOf(at)) });
}

/** The same sum without the rows that nothing was picked of. */
function pickedRows(context: RuleContext, added: RowSum): RowSum {
  const { indices, sizes } = added;
  const zero = context.constant(int64([0], []));
  const behind = context.op('Add', [indices, lengthVector(context, sizes.slice(0, 1))]);
  const places = context.op('Where', [context.op('Less', [indices, zero]), behind, indices]);
  const [picked, , at] = context.opMany('Unique', [places], {}, 3);
  const count = context.op('Shape', [picked]);
  const own = context.op('Reshape', [at, context.constant(int64([-1, 1]))]);
  return { ...added, indices: own, sizes: [count, ...sizes.slice(1)] };
}

function indexColumn(context: RuleContext): string {
  const { type } = context.inputType(1);
  const indices = type === 'int64' ? context.input(1) : context.op('Cast', [context.input(1)], { to: DATA_TYPE.int64 });
  return context.op('Reshape', [indices, context.constant(int64([-1, 1]))]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}
