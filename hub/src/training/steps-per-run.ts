/** More steps in one run were measured to save nothing further. */
const MOST_STEPS = 16;
/** Multiplications of forward passes in one run: about 200 ms on one thread, within which nobody can be answered. */
const MOST_WORK = 2.5e9;
/** Values of all batches of one run, which have to lie beside each other: 16 MiB. */
const MOST_VALUES = 2 ** 22;
/** Parameters of a network whose state may lie in memory once more, as it does while a run makes several steps. */
const MOST_PARAMETERS = 1.5e6;

/**
 * How many steps one run of the training graph makes.
 *
 * Weights and optimizer state cross into and out of ONNX Runtime once a run: together, steps of small networks take
 * half the time, and those of wide ones too.
 *
 * @param batchWork multiplications of a forward pass over one batch
 * @param batchValues that one batch has
 * @param parameters of the network
 */
export function stepsPerRun(batchWork: number, batchValues: number, parameters: number): number {
  if (parameters > MOST_PARAMETERS) return 1;
  const byWork = Math.floor(MOST_WORK / Math.max(1, batchWork));
  const byValues = Math.floor(MOST_VALUES / Math.max(1, batchValues));
  return Math.max(1, Math.min(MOST_STEPS, byWork, byValues));
}
