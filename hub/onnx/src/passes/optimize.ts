import type { Model } from '../format/messages.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseLinear } from './fuse-linear.ts';
import { inlineBranches } from './inline-branches.ts';
import { inlineFunctions } from './inline-functions.ts';
import { liftConstantNodes } from './lift-constants.ts';
import type { Pass, PassReport } from './pass.ts';
import { removeDead } from './remove-dead.ts';
import { removeIdentities } from './remove-identities.ts';
import { shareDuplicates } from './share-duplicates.ts';
import { simplifyShapes } from './simplify-shapes.ts';
import { skipJoins } from './skip-joins.ts';

/** All passes, in an order in which each leaves something for the next. */
export const DEFAULT_PASSES: readonly Pass[] = [
  inlineFunctions,
  liftConstantNodes,
  foldConstants,
  inlineBranches,
  skipJoins,
  removeIdentities,
  simplifyShapes,
  fuseLinear,
  shareDuplicates,
  removeDead,
];

/** Passes make each other possible, but not for ever. */
const MAX_ROUNDS = 10;

export interface OptimizedModel {
  readonly model: Model;
  /** A report for each pass that changed something, in the order they ran. */
  readonly reports: readonly PassReport[];
}

/**
 * Applies passes in turn until none finds anything to do. The result computes what the model computed, for inference:
 * layers for training, such as BatchNormalization behind a convolution, are gone.
 *
 * @throws ModelError GRAPH_CYCLIC, TENSOR_MALFORMED
 */
export function optimize(model: Model, passes: readonly Pass[] = DEFAULT_PASSES): OptimizedModel {
  const reports: PassReport[] = [];
  let current = model;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = reports.length;
    for (const pass of passes) {
      const { model: next, report } = pass(current);
      current = next;
      if (report.changes.length > 0) reports.push(report);
    }
    if (reports.length === before) break;
  }
  return { model: current, reports };
}
