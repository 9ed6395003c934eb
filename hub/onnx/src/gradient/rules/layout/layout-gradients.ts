import type { GradientRule } from '../../rule-context.ts';
import { concatGradient } from './concat.ts';
import { cumSumGradient } from './cum-sum.ts';
import { depthToSpaceGradient, spaceToDepthGradient } from './depth-to-space.ts';
import { expandGradient } from './expand.ts';
import { gatherGradient } from './gather.ts';
import { gatherElementsGradient } from './gather-elements.ts';
import { gatherNdGradient } from './gather-nd.ts';
import { padGradient } from './pad.ts';
import { reshapeGradient } from './reshape.ts';
import { resizeGradient } from './resize.ts';
import { sliceGradient } from './slice.ts';
import { splitGradient } from './split.ts';
import { tileGradient } from './tile.ts';
import { transposeGradient } from './transpose.ts';
import { triluGradient } from './trilu.ts';

/** Gradients of the operators that move values. */
export const LAYOUT_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Concat: concatGradient,
  CumSum: cumSumGradient,
  DepthToSpace: depthToSpaceGradient,
  Expand: expandGradient,
  Flatten: reshapeGradient,
  Gather: gatherGradient,
  GatherElements: gatherElementsGradient,
  GatherND: gatherNdGradient,
  Pad: padGradient,
  Reshape: reshapeGradient,
  Resize: resizeGradient,
  Slice: sliceGradient,
  SpaceToDepth: spaceToDepthGradient,
  Split: splitGradient,
  Squeeze: reshapeGradient,
  Tile: tileGradient,
  Transpose: transposeGradient,
  Trilu: triluGradient,
  Unsqueeze: reshapeGradient,
  Upsample: resizeGradient,
};
