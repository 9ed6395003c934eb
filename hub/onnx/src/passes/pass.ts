import type { Model } from '../format/messages.ts';

export type PassName =
  | 'inline-functions'
  | 'lift-constants'
  | 'fold-constants'
  | 'fold-with-engine'
  | 'inline-branches'
  | 'skip-joins'
  | 'remove-identities'
  | 'simplify-shapes'
  | 'fuse-linear'
  | 'share-duplicates'
  | 'remove-dead';

/** What one pass did to a model. */
export interface PassReport {
  readonly pass: PassName;
  /** Nodes of the graph and of the graphs inside nodes. */
  readonly nodesBefore: number;
  readonly nodesAfter: number;
  /** One line for each thing that was done, empty where the model stayed as it was. */
  readonly changes: readonly string[];
}

export interface PassResult {
  readonly model: Model;
  readonly report: PassReport;
}

/**
 * Rewrites a model into one that computes the same: its inputs and outputs keep names, order and types. The given model
 * is not changed, and is returned where there is nothing to do.
 */
export type Pass = (model: Model) => PassResult;
