import { writeModel } from '@edgeloop/onnx';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import { entries, inputsAtOnce, rowFeeds } from '../../row-feeds.ts';
import { rowsAtOnce } from '../../rows-at-once.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { Preparation } from './preparation.ts';

/** Share of the memory that prepared rows may take: the raw ones, the training and the system need theirs. */
const PREPARED_SHARE = 0.5;

/**
 * Prepares rows, by the very nodes that the finished model has, a few at a time.
 *
 * @returns shape [rows, ...preparation.dims], row-major
 * @throws OutsideError MODEL_INVALID when the engine cannot run the preparation; OUT_OF_MEMORY, before any is used up,
 *   for more than half of the machine's
 */
export async function prepareRows(
  engine: GraphEngine,
  { model, dims }: Pick<Preparation, 'model' | 'dims'>,
  rows: Pick<ModelRows, 'rows' | 'inputs'>,
): Promise<Float32Array> {
  const size = entries(dims);
  checkMemory(rows.rows, size, engine.memoryBytes);
  const prepared = new Float32Array(rows.rows * size);
  const atOnce = Math.min(rowsAtOnce(model), inputsAtOnce(rows.inputs));
  const runner = await engine.open(writeModel(model));
  try {
    for (let start = 0; start < rows.rows; start += atOnce) {
      const { [NETWORK_VALUES.prepared]: output } = await runner.run(rowFeeds(rows, start, atOnce));
      if (!(output?.data instanceof Float32Array)) {
        throw new OutsideError('MODEL_INVALID', 'a preparation must give float32 values, got others');
      }
      prepared.set(output.data, start * size);
    }
  } finally {
    await runner.close();
  }
  return prepared;
}

function checkMemory(rows: number, size: number, memoryBytes: number): void {
  const bytes = rows * size * Float32Array.BYTES_PER_ELEMENT;
  const mostBytes = PREPARED_SHARE * memoryBytes;
  if (bytes <= mostBytes) return;
  const sizes = `${rows} rows of ${size} values take ${gigabytes(bytes)}`;
  const message = `prepared rows must take at most ${gigabytes(mostBytes)}, half of the memory here: ${sizes}; fewer rows or smaller images need less`;
  throw new OutsideError('OUT_OF_MEMORY', message, { details: { rows, valuesPerRow: size, mostBytes } });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
