import type { GraphEngine } from '../../graph-engine.ts';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import type { Network } from '../network/network.ts';
import { prepareRows } from '../preparation/prepare-rows.ts';
import type { RowChange } from './batches.ts';
import { HiddenModalities, PRESENCE } from './hidden-modalities.ts';

/** How rows are changed while they are dealt, beside shifts of images; undefined where they are not. */
export async function rowChange(
  engine: GraphEngine,
  { preparation, preparedDims, parts }: Network,
  { modalityDropout }: Recipe,
  rows: ModelRows,
): Promise<RowChange | undefined> {
  if (modalityDropout === 0 || !parts.some(({ name }) => name === PRESENCE)) return undefined;
  const missing = { rows: 1, inputs: rows.inputs.map(missingRow) };
  const prepared = await prepareRows(engine, { model: preparation, dims: preparedDims }, missing);
  return new HiddenModalities(parts, prepared, modalityDropout);
}

/** One row of which nothing is known. */
function missingRow({ spec, dims, values }: InputRows): InputRows {
  const size = dims.reduce((product, length) => product * length, 1);
  if (values instanceof Float32Array) return { spec, dims, values: new Float32Array(size).fill(Number.NaN) };
  if (values instanceof Float64Array) return { spec, dims, values: new Float64Array(size).fill(Number.NaN) };
  if (values instanceof Uint8Array) return { spec, dims, values: new Uint8Array(size) };
  return { spec, dims, values: new Array<string>(size).fill('') };
}
