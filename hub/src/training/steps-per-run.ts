/** More steps in one run were measured to save nothing further. */
const MOST_STEPS = 16;
/** Multiplications of forward passes in one run: about 200 ms on one thread, within which nobody can be answered. */
const MOST_WORK = 2.5e9;
/** Values of all batches of one run, which have to lie beside each other: 16 MiB. */
const MOST_VALUES = 2 ** 22;

/**
 * How many steps one run of the training graph makes.
 *
 * Weights and optimizer state cross into and out of ONNX Runtime once a run: together, steps of small networks take
 * half the time, and those of wide ones too.
 *
 * @param batchWork multiplications of a forward pass over one batch
 * @param batchValues that one batch has
 */
export function stepsPerRun(batchWork: number, batchValues: number): number {
  const byWork = Math.floor(MOST_WORK / Math.max(1, batchWork));
  const byValues = Math.floor(MOST_VALUES / Math.max(1, batchValues));
  return Math.max(1, Math.min(MOST_STEPS, byWork, byValues));
}
