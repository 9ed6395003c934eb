import { UsageError } from '../../errors.ts';
import { type AdamOptions, addAdam } from './adam.ts';
import { type AdamwOptions, addAdamw } from './adamw.ts';
import type { OptimizerContext, OptimizerStep } from './optimizer-context.ts';
import { addRmsprop, type RmspropOptions } from './rmsprop.ts';
import { addSgd, type SgdOptions } from './sgd.ts';

/** How weights follow from gradients. */
export type OptimizerOptions = SgdOptions | RmspropOptions | AdamOptions | AdamwOptions;

export type OptimizerKind = OptimizerOptions['kind'];

export const DEFAULT_OPTIMIZER: OptimizerOptions = { kind: 'adam' };

/** Adds one step of the optimizer for every parameter. */
export function addOptimizer(context: OptimizerContext, options: OptimizerOptions): OptimizerStep {
  switch (options.kind) {
    case 'sgd':
      return addSgd(context, options);
    case 'rmsprop':
      return addRmsprop(context, options);
    case 'adam':
      return addAdam(context, options);
    case 'adamw':
      return addAdamw(context, options);
    default: {
      const { kind }: { kind: unknown } = options satisfies never;
      throw new UsageError(
        'ARGUMENT_INVALID',
        `Optimizer kind must be sgd, rmsprop, adam or adamw, got ${String(kind)}`,
      );
    }
  }
}
