import { intAttribute, stringAttribute } from '../../../format/attributes.ts';
import { inputLengths, lengthVector } from '../../lengths.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** SpaceToDepth of dy. ONNX DepthToSpace-13 */
export const depthToSpaceGradient: GradientRule = (context) => [
  () => {
    const blocksize = intAttribute(context.node, 'blocksize', 1);
    if (stringAttribute(context.node, 'mode', 'DCR') === 'CRD') return columnsAndRowsToDepth(context, blocksize);
    return context.op('SpaceToDepth', [context.gradient()], { blocksize });
  },
];

/** DepthToSpace of dy. ONNX SpaceToDepth-13 */
export const spaceToDepthGradient: GradientRule = (context) => [
  () => context.op('DepthToSpace', [context.gradient()], { blocksize: intAttribute(context.node, 'blocksize', 1) }),
];

/** Blocks back into channels, of which those of one block lie side by side; SpaceToDepth knows only the other order. */
function columnsAndRowsToDepth(context: RuleContext, blocksize: number): string {
  const [batch = 0, , height = 0, width = 0] = inputLengths(context, 0);
  const split = lengthVector(context, [batch, -1, height, blocksize, width, blocksize]);
  const blocks = context.op('Reshape', [context.gradient(), split]);
  const moved = context.op('Transpose', [blocks], { perm: [0, 1, 3, 5, 2, 4] });
  return context.op('Reshape', [moved, context.shapeOf(0)]);
}
