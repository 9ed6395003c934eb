import { checkModel, OnnxError, readModel } from '@edgeloop/onnx';
import { OutsideError } from '../errors.ts';

/** A broken file has one fault per tensor or node; nobody reads more than these. */
const MOST_FAULTS_TOLD = 20;

interface Fault {
  readonly code: string;
  readonly message: string;
}

/**
 * Refuses bytes that are no sound ONNX model, or that keep their weights in other files. Computes nothing.
 *
 * @throws OutsideError MODEL_INVALID with all reasons in `details.faults`
 */
export function checkModelFile(bytes: Uint8Array): void {
  const faults = faultsOf(bytes);
  const [first] = faults;
  if (first === undefined) return;
  const others = faults.length === 1 ? '' : ` (and ${faults.length - 1} more)`;
  const isExternal = faults.some(({ code }) => code === 'EXTERNAL_DATA');
  const advice = isExternal ? '; save the model as one file, the hub takes no others yet' : '';
  throw new OutsideError('MODEL_INVALID', `model file: ${first.message}${others}${advice}`, {
    details: { faults: faults.slice(0, MOST_FAULTS_TOLD).map(({ message }) => message) },
  });
}

function faultsOf(bytes: Uint8Array): readonly Fault[] {
  try {
    return checkModel(readModel(bytes));
  } catch (error) {
    if (error instanceof OnnxError) return [error];
    throw error;
  }
}
