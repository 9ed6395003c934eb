import * as core from '@tensorflow/tfjs-core';

type Operation = (tensor: core.Tensor, ...rest: unknown[]) => core.Tensor;

/**
 * Methods of tensors that the layers library calls (orthogonal initializer, R2 metric) and that the core library only
 * brings along in its bundle for browsers.
 */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  div: core.div as Operation,
  flatten: (tensor) => core.reshape(tensor, [tensor.size]),
  mean: core.mean as Operation,
  reshape: core.reshape as Operation,
  sign: core.sign as Operation,
  square: core.square as Operation,
  stridedSlice: core.stridedSlice as Operation,
  sub: core.sub as Operation,
  sum: core.sum as Operation,
  transpose: core.transpose as Operation,
};

/** Gives tensors those methods, where they lack them. */
export function addChainedOperations(): void {
  const methods = core.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    methods[name] ??= function (this: core.Tensor, ...rest: unknown[]): core.Tensor {
      return operation(this, ...rest);
    };
  }
}
