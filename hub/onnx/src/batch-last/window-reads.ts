import type { FixedGeometry } from '../gradient/rules/convolution/window-geometry.ts';
import type { WindowAxis } from '../shape/window-axes.ts';

/** Which position an entry of a window reads, [entry][window]; `OUTSIDE` on padding. All are counted row by row. */
export type WindowReads = readonly (readonly number[])[];

export const OUTSIDE = -1;

/** Reads of all windows over an input whose positions are counted row by row. */
export function windowReads({ axes, sizes, counts }: FixedGeometry): WindowReads {
  return axes.reduce<WindowReads>(
    (reads, axis, at) => withAxis(reads, axisReads(axis, sizes[at] ?? 0, counts[at] ?? 0), sizes[at] ?? 0),
    [[0]],
  );
}

/** Reads along one axis: which entry of the input each entry of each window reads. */
export function axisReads({ kernel, stride, dilation, before }: WindowAxis, size: number, count: number): number[][] {
  return Array.from({ length: kernel }, (_, entry) =>
    Array.from({ length: count }, (_, window) => {
      const at = window * stride + entry * dilation - before;
      return at >= 0 && at < size ? at : OUTSIDE;
    }),
  );
}

function withAxis(reads: WindowReads, inner: WindowReads, size: number): number[][] {
  return reads.flatMap((outerWindows) =>
    inner.map((innerWindows) =>
      outerWindows.flatMap((outer) =>
        innerWindows.map((at) => (outer === OUTSIDE || at === OUTSIDE ? OUTSIDE : outer * size + at)),
      ),
    ),
  );
}

/**
 * For every position the places that read it: lists of one place per position, [list][position], as many as the most
 * read position needs. `OUTSIDE` where a position has no further reader.
 *
 * @param place number of what entry `entry` of window `window` read
 */
export function readersOf(
  reads: WindowReads,
  positions: number,
  place: (entry: number, window: number) => number,
): number[][] {
  const readers = Array.from({ length: positions }, (): number[] => []);
  for (const [entry, windows] of reads.entries()) {
    for (const [window, position] of windows.entries()) readers[position]?.push(place(entry, window));
  }
  const lists = Math.max(1, ...readers.map(({ length }) => length));
  return Array.from({ length: lists }, (_, list) => readers.map((own) => own[list] ?? OUTSIDE));
}

/** Whether some read lies outside. */
export function readsOutside(reads: WindowReads): boolean {
  return reads.some((windows) => windows.includes(OUTSIDE));
}

/** Whether every position is read once and in order, so that nothing has to be moved. */
export function readsAll(reads: WindowReads, positions: number): boolean {
  const [windows = []] = reads;
  return reads.length === 1 && windows.length === positions && windows.every((at, window) => at === window);
}
