import type { InputRows, ModelRows } from '../../store/model-rows.ts';
import { pickRows } from '../../store/pick-rows.ts';

/** Every so many rows lack one value, so that devices prove how they fill gaps. */
const MISSING_EVERY = 16;

/** Rows of which some lack a value. */
export interface GappedRows {
  readonly rows: ModelRows;
  /** Of each input the rows that lack one of its values. */
  readonly gaps: readonly (readonly number[])[];
}

/** The first rows, at most `count`, with gaps in all inputs and, in time, in all their columns. */
export function withGaps(rows: ModelRows, count: number): GappedRows {
  // A copy, as the rows themselves keep their values.
  const picked = pickRows(
    rows,
    Array.from({ length: Math.min(count, rows.rows) }, (_, row) => row),
  );
  const values = picked.inputs.map((input) => input.values.slice());
  const gaps = picked.inputs.map((): number[] => []);
  for (let row = 0, turn = 0; row < picked.rows; row += MISSING_EVERY, turn++) {
    const index = turn % picked.inputs.length;
    const input = picked.inputs[index];
    if (input === undefined) continue;
    makeGap(values[index] as Gapped, input, row, Math.floor(turn / picked.inputs.length));
    gaps[index]?.push(row);
  }
  const inputs = picked.inputs.map((input, index) => ({ ...input, values: values[index] ?? input.values }));
  return { rows: { ...picked, inputs }, gaps };
}

type Gapped = Float32Array | Float64Array | Uint8Array | string[];

function makeGap(values: Gapped, { dims }: InputRows, row: number, turn: number): void {
  const size = dims.reduce((product, length) => product * length, 1);
  const at = row * size + (turn % size);
  if (values instanceof Uint8Array) values.fill(0, row * size, (row + 1) * size);
  else if (Array.isArray(values)) values[at] = '';
  else values[at] = Number.NaN;
}
