import { bindSizes, type Model, modelStats, openSizes } from '@edgeloop/onnx';
import type { Tensors } from '../graph-engine.ts';
import { inputsAtOnce, rowFeeds } from '../row-feeds.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import type { ModelRows } from '../store/model-rows.ts';

/** Rows that a model can be run on, whatever they come from. */
export interface FeedSource {
  readonly rows: number;
  /** Most rows that `feeds` puts together in one run, where they differ in shape or are large. @default any number */
  readonly atOnce?: number | undefined;
  /** Inputs of the model for `count` rows from `start` on, fewer where there are no more. */
  feeds(start: number, count: number): Tensors;
}

/** Rows of a data set. */
export function rowSource(rows: Pick<ModelRows, 'rows' | 'inputs'>): FeedSource {
  return { rows: rows.rows, atOnce: inputsAtOnce(rows.inputs), feeds: (start, count) => rowFeeds(rows, start, count) };
}

/** Rows in one run: what memory, the source and a batch size that the model fixes allow. */
export function feedsAtOnce(model: Model, source: FeedSource): number {
  const batch = modelStats(model).inputs.map(({ dims }) => dims?.[0]);
  const fixed = batch.filter((size) => typeof size === 'number');
  return Math.min(rowsAtOnce(likeRow(model, source)), source.atOnce ?? Number.POSITIVE_INFINITY, ...fixed);
}

/** The model with its open sizes those of the first row: a picture of any width needs memory for the width it has. */
export function likeRow(model: Model, source: FeedSource): Model {
  if (source.rows < 1) return model;
  const feeds = source.feeds(0, 1);
  const open = new Set(openSizes(model.graph));
  const sizes: Record<string, number> = {};
  for (const { name, dims } of modelStats(model).inputs) {
    for (const [axis, size] of (feeds[name]?.dims ?? []).entries()) {
      const symbol = dims?.[axis] ?? `${name}.${axis}`;
      if (typeof symbol === 'string' && open.has(symbol) && size >= 1) sizes[symbol] = size;
    }
  }
  return bindSizes(model, sizes);
}
