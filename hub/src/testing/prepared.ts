import { checkModel, checkTypes } from '@edgeloop/onnx';
import { InternalError } from '../errors.ts';
import type { InputKind, InputRows, ModelRows } from '../store/model-rows.ts';
import { type PreprocessingInput, PreprocessingSchema } from '../store/recipe/preprocessing.ts';
import { fitPreparation, type PreparationOptions } from '../training/preparation/fit-preparation.ts';
import type { Preparation } from '../training/preparation/preparation.ts';
import { prepareRows } from '../training/preparation/prepare-rows.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';

const ENGINE = new OrtEngine();

type Rows = Pick<ModelRows, 'rows' | 'inputs'>;

/** A preparation, and what it makes of rows: one array each. */
export interface Prepared extends Preparation {
  readonly rows: readonly number[][];
}

/** Rows of one input over columns; NaN and '' are missing. */
export function columnRows(
  kind: Exclude<InputKind, 'image' | 'window'>,
  columns: readonly string[],
  rows: readonly (readonly (number | string)[])[],
): Rows {
  const names = { numbers: 'features', categories: 'categories', times: 'times', text: 'text' };
  const dims = [columns.length];
  const spec = { name: names[kind], kind, columns, dims };
  return { rows: rows.length, inputs: [{ spec, dims, values: valuesOf(kind, rows.flat()) }] };
}

function valuesOf(kind: InputKind, values: readonly (number | string)[]): InputRows['values'] {
  if (kind === 'categories' || kind === 'text') return values.map(String);
  return kind === 'times' ? Float64Array.from(values, Number) : Float32Array.from(values, Number);
}

/** Fits a preparation to rows and runs it over others in ONNX Runtime, by default over the same. */
export async function prepared(
  train: Rows,
  settings: PreprocessingInput = {},
  rows: Rows = train,
  options: PreparationOptions = {},
): Promise<Prepared> {
  const preparation = fitPreparation(train, PreprocessingSchema.parse(settings), options);
  const faults = [...checkModel(preparation.model), ...checkTypes(preparation.model)];
  if (faults.length > 0) throw new InternalError(`a preparation must be a sound model, got ${faults[0]?.message}`);
  const values = await prepareRows(ENGINE, preparation, rows);
  const size = values.length / rows.rows;
  const split = Array.from({ length: rows.rows }, (_, row) => [...values.subarray(row * size, (row + 1) * size)]);
  return { ...preparation, rows: split };
}
