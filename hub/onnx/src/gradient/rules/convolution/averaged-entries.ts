import { intAttribute } from '../../../format/attributes.ts';
import type { Node } from '../../../format/messages.ts';
import type { WindowAxis } from '../../../shape/window-axes.ts';
import type { FixedGeometry } from './window-geometry.ts';

/** Number of entries that each window of an AveragePool node averages, row by row. */
export function averagedEntries(node: Node, { axes, sizes, counts }: FixedGeometry): number[] {
  const countsPadding = intAttribute(node, 'count_include_pad', 0) === 1;
  return axes.reduce<number[]>(
    (all, axis, at) => {
      const own = entriesAlong(axis, sizes[at] ?? 0, counts[at] ?? 0, countsPadding);
      return all.flatMap((count) => own.map((entries) => count * entries));
    },
    [1],
  );
}

/** Entries of each window along one axis that lie on data, or on padding where that counts. */
function entriesAlong(axis: WindowAxis, size: number, windows: number, countsPadding: boolean): number[] {
  const { kernel, stride, dilation, before, after } = axis;
  const [first, end] = countsPadding ? [-before, size + after] : [0, size];
  return Array.from({ length: windows }, (_, window) => {
    const entries = Array.from({ length: kernel }, (_, entry) => window * stride - before + entry * dilation);
    return entries.filter((at) => at >= first && at < end).length;
  });
}
