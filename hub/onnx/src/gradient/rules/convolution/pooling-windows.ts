import { autoPad, poolingAxes } from '../../../shape/window-axes.ts';
import type { RuleContext } from '../../rule-context.ts';
import type { WindowGeometry } from './window-geometry.ts';

/** The windows of a MaxPool or AveragePool node. */
export function windowsOfPooling(context: RuleContext): WindowGeometry {
  const axes = poolingAxes(context.shapes);
  if (!axes) throw context.refusal('padding of known size');
  const isAutomatic = autoPad(context.node).startsWith('SAME');
  if (isAutomatic && axes.some(({ dilation }) => dilation > 1)) {
    // ONNX Runtime's kernels make fewer windows than the operator's specification.
    throw context.refusal('no dilations together with automatic padding');
  }
  const open = axes.map(() => undefined);
  return {
    axes,
    sizes: context.inputType(0).dims?.slice(2) ?? open,
    counts: context.outputType().dims?.slice(2) ?? open,
  };
}
