import type { tf } from '../../../tensorflow/tensorflow.ts';
import type { CellCall, CellExporter, RecurrentCell } from './recurrent-cell.ts';

/** Cells that read each other's output. The states of the last cell come first. */
export function stackedCells(exporterOf: (call: CellCall) => RecurrentCell): CellExporter {
  return (call) => {
    const cells = cellsOf(call, exporterOf);
    const [first] = cells;
    if (first === undefined) throw call.context.refusal(call.cell, 'it has no cells');
    return {
      stateSizes: cells.toReversed().flatMap(({ stateSizes }) => stateSizes),
      stateAxes: [1],
      read: (nodes, input) => first.read(nodes, input),
      step: (nodes, read, states) => {
        const own = statesByCell(cells, states);
        const next: string[][] = [];
        for (const [at, cell] of cells.entries()) {
          const entries = at === 0 ? read : cell.read(nodes, next[at - 1]?.[0] ?? '');
          next.push(cell.step(nodes, entries, own[at] ?? []));
        }
        return next.toReversed().flat();
      },
    };
  };
}

function cellsOf(call: CellCall, exporterOf: (call: CellCall) => RecurrentCell): RecurrentCell[] {
  const { cells } = call.cell as unknown as { readonly cells: readonly tf.layers.Layer[] };
  const made: RecurrentCell[] = [];
  for (const cell of cells) {
    const before = made.at(-1)?.stateSizes[0];
    const inputShape = before === undefined ? call.inputShape : [call.inputShape[0] ?? null, ...before];
    made.push(exporterOf({ ...call, cell, inputShape }));
  }
  return made;
}

function statesByCell(cells: readonly RecurrentCell[], states: readonly string[]): string[][] {
  const rest = [...states];
  return cells
    .toReversed()
    .map(({ stateSizes }) => rest.splice(0, stateSizes.length))
    .toReversed();
}
