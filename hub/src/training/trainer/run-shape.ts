import type { TrainingOptions } from '@edgeloop/onnx';

/** How much one run of the training graph does. */
export type RunShape = Pick<TrainingOptions, 'stepsPerRun' | 'deferredFrom'>;

/** More steps in one run were measured to save nothing further. */
const MOST_STEPS = 16;
/** Multiplications of forward passes in one run: about 200 ms on one thread, within which nobody can be answered. */
const MOST_WORK = 2.5e9;
/** Values of all batches of one run, which have to lie beside each other: 16 MiB. */
const MOST_VALUES = 2 ** 22;
/** Parameters of a network whose state may lie in memory several times, as it does where it goes through every run. */
const MOST_PARAMETERS = 1e6;
/** Entries from which on a weight of a larger network is updated piece by piece. */
const LARGE_WEIGHT = 2 ** 16;

/**
 * How the runs of a network's training are cut.
 *
 * Weights and optimizer state cross into and out of ONNX Runtime once a run: together, steps of small networks take
 * half the time. Large networks make single steps, and their large weights do not cross at all.
 *
 * @param batchWork multiplications of a forward pass over one batch
 * @param batchValues that one batch has
 * @param parameters of the network
 */
export function runShape(batchWork: number, batchValues: number, parameters: number): RunShape {
  if (parameters > MOST_PARAMETERS) return { deferredFrom: LARGE_WEIGHT };
  const byWork = Math.floor(MOST_WORK / Math.max(1, batchWork));
  const byValues = Math.floor(MOST_VALUES / Math.max(1, batchValues));
  return { stepsPerRun: Math.max(1, Math.min(MOST_STEPS, byWork, byValues)) };
}
