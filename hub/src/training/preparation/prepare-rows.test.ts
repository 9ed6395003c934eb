import { float32, GraphBuilder } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import type { GraphEngine } from '../../graph-engine.ts';
import { columnRows } from '../../testing/prepared.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { prepareRows } from './prepare-rows.ts';

const ROWS = columnRows('numbers', ['a'], [[1], [2], [3]]);

/** One column -> that many times the same. */
function repeating(times: number) {
  const graph = new GraphBuilder();
  const ones = graph.initializer('ones', float32(new Float32Array(times).fill(1), [1, times]));
  graph.node('MatMul', [graph.input('features', 'float32', ['batch', 1]), ones], {}, { outputs: ['prepared'] });
  return { model: graph.output('prepared', 'float32', ['batch', times]).build(), dims: [times] };
}

/** The engine on a machine with so much memory. */
function engineWith(memoryBytes: number): GraphEngine {
  const engine = new OrtEngine();
  return { name: engine.name, cores: 1, memoryBytes, open: (model, options) => engine.open(model, options) };
}

test('rows may take half of the memory once they are prepared', async () => {
  expect(await prepareRows(engineWith(2 * 4 * 3 * 5), repeating(5), ROWS)).toEqual(
    Float32Array.of(1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3),
  );
});

test('rows that would take more are refused before any memory is taken, with what would help', async () => {
  const engine: GraphEngine = { ...engineWith(1e9), open: () => expect.unreachable('nothing is loaded') };
  await expect(prepareRows(engine, { ...repeating(1), dims: [3, 8_000, 8_000] }, ROWS)).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    message:
      'prepared rows must take at most 0.5 GB, half of the memory here: 3 rows of 192000000 values take 2.3 GB; fewer rows or smaller images need less',
  });
});
