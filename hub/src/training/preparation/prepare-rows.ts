import { writeModel } from '@edgeloop/onnx';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import { rowsAtOnce } from '../../rows-at-once.ts';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';
import { NETWORK_VALUES } from '../network.ts';
import type { Preparation } from './preparation.ts';
import { rawFeeds } from './raw-feeds.ts';

/** Words of one long text are padded to in all others of a run. */
const TEXTS_AT_ONCE = 32;
/** What the pixels of the images in one run may take. */
const IMAGE_BYTES = 2 ** 26;
/** A byte, and it as a float32 before, while and after it is turned around. */
const BYTES_A_PIXEL = 10;

/**
 * Prepares rows, by the very nodes that the finished model has, a few at a time.
 *
 * @returns shape [rows, ...preparation.dims], row-major
 * @throws OutsideError MODEL_INVALID when the engine cannot run the preparation
 */
export async function prepareRows(
  engine: GraphEngine,
  preparation: Preparation,
  rows: Pick<ModelRows, 'rows' | 'inputs'>,
): Promise<Float32Array> {
  const size = preparation.dims.reduce((product, dim) => product * dim, 1);
  const prepared = new Float32Array(rows.rows * size);
  const atOnce = Math.min(rowsAtOnce(preparation.model), ...rows.inputs.map(inputRowsAtOnce));
  const runner = await engine.open(writeModel(preparation.model));
  try {
    for (let start = 0; start < rows.rows; start += atOnce) {
      const outputs = await runner.run(rawFeeds(rows, start, Math.min(rows.rows, start + atOnce)));
      const values = outputs[NETWORK_VALUES.prepared]?.data;
      if (!(values instanceof Float32Array)) {
        throw new OutsideError('MODEL_INVALID', 'a preparation must give float32 values, got others');
      }
      prepared.set(values, start * size);
    }
  } finally {
    await runner.close();
  }
  return prepared;
}

/** Rows of one input in a run: how large texts and images get is not in the model. */
function inputRowsAtOnce({ spec, dims }: InputRows): number {
  if (spec.kind === 'text') return TEXTS_AT_ONCE;
  if (spec.kind !== 'image') return Number.POSITIVE_INFINITY;
  const bytes = dims.reduce((product, dim) => product * dim, 1) * BYTES_A_PIXEL;
  return Math.max(1, Math.floor(IMAGE_BYTES / bytes));
}
