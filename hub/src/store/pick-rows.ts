import type { InputRows, ModelRows, Target } from './model-rows.ts';

/** The rows at these places, in their order. */
export function pickRows(rows: ModelRows, places: ArrayLike<number>): ModelRows {
  return {
    rows: places.length,
    inputs: rows.inputs.map((input) => pickInput(input, places)),
    target: pickTarget(rows.target, places),
  };
}

/** At most `count` rows, spread evenly. */
export function spreadRows(rows: ModelRows, count: number): ModelRows {
  if (rows.rows <= count) return rows;
  return pickRows(
    rows,
    Int32Array.from({ length: count }, (_, index) => Math.floor((index * rows.rows) / count)),
  );
}

function pickInput(input: InputRows, places: ArrayLike<number>): InputRows {
  const { values, dims } = input;
  const size = dims.reduce((product, length) => product * length, 1);
  if (Array.isArray(values)) {
    const texts: string[] = Array.from(places).flatMap((row) => values.slice(row * size, (row + 1) * size));
    return { ...input, values: texts };
  }
  const source = values as Float32Array;
  const Numbers = source.constructor as Float32ArrayConstructor;
  const picked = new Numbers(places.length * size);
  for (let to = 0; to < places.length; to++) {
    const from = places[to] ?? 0;
    picked.set(source.subarray(from * size, (from + 1) * size), to * size);
  }
  return { ...input, values: picked };
}

function pickTarget(target: Target, places: ArrayLike<number>): Target {
  if (target.kind === 'number') {
    return { ...target, values: Float32Array.from(places, (row) => target.values[row] ?? Number.NaN) };
  }
  return { ...target, labels: Int32Array.from(places, (row) => target.labels[row] ?? 0) };
}
