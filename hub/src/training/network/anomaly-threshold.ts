import { extractModel, GraphBuilder, type Model, writeModel } from '@edgeloop/onnx';
import type { GraphEngine } from '../../graph-engine.ts';
import { rowsAtOnce } from '../../rows-at-once.ts';
import { addScore } from '../heads/anomaly-head.ts';
import { rowSize, type TrainingRows } from '../rows/batches.ts';
import { NETWORK_VALUES } from './network.ts';

/** Above the largest score of all, as a share of it: another processor may compute it a little larger. */
const MARGIN = 1e-4;

/**
 * The score below which at least this share of the rows lies: between two scores, as many rows may have the same.
 *
 * @param core from `prepared` to `reconstruction`, trained
 * @param rows normal ones that were not trained on
 */
export async function anomalyThreshold(
  engine: GraphEngine,
  core: Model,
  rows: TrainingRows,
  quantile: number,
): Promise<number> {
  const graph = GraphBuilder.extend(core);
  const score = addScore(graph);
  const model = extractModel(graph.build(), [NETWORK_VALUES.prepared], [score]);
  const scores = new Float32Array(rows.rows);
  const [size, atOnce] = [rowSize(rows.dims), rowsAtOnce(model)];
  const runner = await engine.open(writeModel(model));
  try {
    for (let start = 0; start < rows.rows; start += atOnce) {
      const data = rows.values.subarray(start * size, (start + atOnce) * size);
      const dims = [data.length / size, ...rows.dims];
      const outputs = await runner.run({ [NETWORK_VALUES.prepared]: { type: 'float32', dims, data } });
      scores.set(outputs[score]?.data as Float32Array, start);
    }
  } finally {
    await runner.close();
  }
  return thresholdOf(scores.sort(), quantile);
}

/** @param sorted ascending */
function thresholdOf(sorted: Float32Array, quantile: number): number {
  const passing = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
  const above = sorted.find((score) => score > passing);
  return above === undefined ? passing * (1 + MARGIN) : (passing + above) / 2;
}
