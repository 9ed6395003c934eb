import { activationMemory, inferTypes, type Model } from '@edgeloop/onnx';

/** More rows than this only take the turn of other work. */
export const MOST_ROWS_AT_ONCE = 2_048;
/** What the values of one run may take together. */
const RUN_BYTES = 64 * 1024 * 1024;

/** Rows that a model takes in one run: enough to keep the processor busy, few enough to fit into memory. */
export function rowsAtOnce(model: Model): number {
  const { peakBytes } = activationMemory(model.graph, inferTypes(model));
  return Math.max(1, Math.min(MOST_ROWS_AT_ONCE, Math.floor(RUN_BYTES / Math.max(1, peakBytes))));
}
