import { activationMemory, inferTypes, type Model, modelStats } from '@edgeloop/onnx';

/** More rows than this only take the turn of other work. */
export const MOST_ROWS_AT_ONCE = 2_048;
/** What the values of one run may take together. */
const RUN_BYTES = 64 * 1024 * 1024;
/** Multiplications of one run: some 200 ms on one thread, within which nobody can be answered. */
const RUN_WORK = 5e9;

/** Rows that a model takes in one run: enough to keep the processor busy, few enough for memory and for whoever waits. */
export function rowsAtOnce(model: Model): number {
  const { peakBytes } = activationMemory(model.graph, inferTypes(model));
  const byMemory = Math.floor(RUN_BYTES / Math.max(1, peakBytes));
  const byWork = Math.floor(RUN_WORK / Math.max(1, modelStats(model).multiplyAddsPerRow));
  return Math.max(1, Math.min(MOST_ROWS_AT_ONCE, byMemory, byWork));
}
