import { AsyncLocalStorage } from 'node:async_hooks';
import * as layers from '@tensorflow/tfjs-layers';
import { RequestError } from '../../errors.ts';

interface Allowance {
  readonly most: number;
  left: number;
}

type AddWeight = (name: string, shape: readonly (number | null)[], ...rest: unknown[]) => unknown;

const allowances = new AsyncLocalStorage<Allowance>();

/** Has layers count their weights before they take memory for them, where `withinParameters` says how many there may be. */
export function countParameters(): void {
  const drawing = layers.layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const addWeight = drawing.addWeight;
  drawing.addWeight = function (name, shape, ...rest) {
    take(shape.reduce<number>((product, size) => product * (size ?? 1), 1));
    return addWeight.call(this, name, shape, ...rest);
  };
}

/** Does the work. @throws RequestError TOO_LARGE when the layers that it makes have more parameters together */
export function withinParameters<T>(most: number, work: () => Promise<T>): Promise<T> {
  return allowances.run({ most, left: most }, work);
}

function take(parameters: number): void {
  const allowance = allowances.getStore();
  if (allowance === undefined) return;
  allowance.left -= parameters;
  if (allowance.left >= 0) return;
  const { most } = allowance;
  throw new RequestError('TOO_LARGE', `layers: expected at most ${most} parameters, got more`, { details: { most } });
}
