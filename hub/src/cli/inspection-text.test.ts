import { float32, GraphBuilder, inspectModel } from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { inspectionText } from './inspection-text.ts';

test('nodes that stay in float are told with why, in words', () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 1, 8, 8]);
  const weights = graph.constant(float32(new Float32Array(16 * 9), [16, 1, 3, 3]));
  graph.node('Conv', ['x', weights], {}, { outputs: ['y'] });
  const model = graph.output('y', 'float32', ['batch', 16, 6, 6]).build();
  const file = { path: 'model.onnx', sizeBytes: 1_000 };
  const text = inspectionText({ ...inspectModel(model), file, sideFiles: [], faults: 0 });
  expect(text).toContain('its integer operator is slower for so few channels');
  expect(text).not.toContain('few-inputs');
});
