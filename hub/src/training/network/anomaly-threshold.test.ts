import { GraphBuilder, type Model } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { anomalyThreshold } from './anomaly-threshold.ts';
import { NETWORK_VALUES } from './network.ts';

/** Gives back nothing of what came in, so that the score of a row is the mean of its squares. */
function forgetful(): Model {
  const { prepared, reconstruction, reconstructed } = NETWORK_VALUES;
  const graph = new GraphBuilder({ name: 'forgetful' });
  graph.input(prepared, 'float32', ['batch', 1]);
  graph.node('Sub', [prepared, prepared], {}, { outputs: [reconstruction] });
  graph.node('Identity', [prepared], {}, { outputs: [reconstructed] });
  graph.output(reconstruction, 'float32', ['batch', 1]);
  graph.output(reconstructed, 'float32', ['batch', 1]);
  return graph.build();
}

const cases: readonly (readonly [string, readonly number[], number, number])[] = [
  ['a share of different rows', Array.from({ length: 100 }, (_, at) => at), 0.9, 90],
  ['all rows', [1, 2, 3], 1, 3],
  ['few rows, none of which may be called strange', [1, 2, 3, 4], 0.99, 4],
  ['many equal rows', [...Array(90).fill(1), ...Array(10).fill(2)], 0.95, 100],
  ['equal rows below stranger ones', [...Array(90).fill(1), ...Array(10).fill(2)], 0.85, 90],
  ['rows that come out as they came in', [0, 0, 0], 0.99, 3],
];
for (const [what, values, quantile, passing] of cases) {
  test(`the threshold lets pass ${what}`, async () => {
    const rows = { rows: values.length, dims: [1], values: Float32Array.from(values), labels: undefined };
    const threshold = await anomalyThreshold(new OrtEngine(), forgetful(), rows, quantile);
    // A head takes no threshold below this one.
    const limit = Math.fround(Math.max(1e-12, threshold));
    expect(values.filter((value) => value ** 2 < limit)).toHaveLength(passing);
  });
}
