import { extractModel, GraphBuilder, type Model, writeModel } from '@edgeloop/onnx';
import type { GraphEngine } from '../graph-engine.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import { rowSize, type TrainingRows } from './batches.ts';
import { addScore } from './heads/anomaly-head.ts';
import { NETWORK_VALUES } from './network.ts';

/**
 * The score below which this share of the rows lies.
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
  scores.sort();
  return scores[Math.min(scores.length - 1, Math.floor(quantile * scores.length))] ?? 0;
}
