import { windowExtent } from '../../../shape/window-axes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { Emitter } from '../../emitter.ts';
import { type FixedGeometry, kernelOffsets } from './window-geometry.ts';

/** What each entry of the windows sees of `value` [., ., ...sizes]: one value [., ., ...counts] per entry. */
export function seenByEntry(emit: Emitter, value: string, windows: FixedGeometry, padding?: string): string[] {
  const { axes, counts } = windows;
  const padded = paddedToWindows(emit, value, windows, padding);
  if (kernelOffsets(axes).length === 1 && axes.every(({ stride }) => stride === 1)) return [padded];
  const at = emit.constant(int64(axes.map((_, axis) => axis + 2)));
  const steps = axes.every(({ stride }) => stride === 1) ? [] : [emit.constant(int64(axes.map((a) => a.stride)))];
  return kernelOffsets(axes).map((offset) => {
    const starts = offset.map((entry, axis) => entry * (axes[axis]?.dilation ?? 1));
    const ends = starts.map((start, axis) => start + ((counts[axis] ?? 1) - 1) * (axes[axis]?.stride ?? 1) + 1);
    return emit.op('Slice', [padded, emit.constant(int64(starts)), emit.constant(int64(ends)), at, ...steps]);
  });
}

function paddedToWindows(
  emit: Emitter,
  value: string,
  { axes, sizes, counts }: FixedGeometry,
  padding: string | undefined,
): string {
  const before = axes.map((axis) => axis.before);
  const after = axes.map((axis, at) => {
    const reach = ((counts[at] ?? 1) - 1) * axis.stride + windowExtent(axis);
    return Math.max(0, reach - axis.before - (sizes[at] ?? 0));
  });
  if ([...before, ...after].every((pad) => pad === 0)) return value;
  return emit.op('Pad', [value, emit.constant(int64([0, 0, ...before, 0, 0, ...after])), padding]);
}
