import { messageOf, OutsideError } from '../../errors.ts';

/** Where training stood. */
export interface FaultPlace {
  readonly epoch: number;
  /** Over all epochs, from 1. */
  readonly step: number;
  readonly learningRate: number;
}

/** The end of a training whose figures have left the numbers. */
export function notFinite(what: string, value: number, place: FaultPlace): OutsideError {
  const { epoch, step, learningRate } = place;
  const where = `epoch ${epoch}, step ${step}, at a learning rate of ${Number(learningRate.toPrecision(3))}`;
  const message = `${what} became ${value} in ${where}; a smaller learningRate or gradientClipping may help`;
  return new OutsideError('LOSS_NOT_FINITE', message, { details: { ...place } });
}

/** How ONNX Runtime, TensorFlow, V8 and the C++ library say that there is no memory left. */
const NO_MEMORY =
  /bad_alloc|Failed to allocate memory|OOM when allocating|Array buffer allocation failed|out of memory|CUBLAS_STATUS_ALLOC/i;

/** Whether somebody behind the error had no memory left. */
export function isOutOfMemory(error: unknown): boolean {
  return NO_MEMORY.test(messageOf(error));
}

/**
 * Does the work; when memory runs out, the error says so and what to do about it.
 *
 * @throws OutsideError OUT_OF_MEMORY, or whatever else the work throws
 */
export async function withinMemory<T>(batchSize: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isOutOfMemory(cause)) throw cause;
    const message = `memory ran out with a batchSize of ${batchSize}; a smaller one needs less`;
    throw new OutsideError('OUT_OF_MEMORY', message, { cause, details: { batchSize } });
  }
}
