import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { textDirectionModel } from '../testing/text-direction.ts';
import { handleInspect } from './inspect-handler.ts';
import type { JobContext } from './job-context.ts';
import { OrtEngine } from './ort/ort-engine.ts';

const ENGINE = new OrtEngine();

function inspect(bytes: Uint8Array) {
  const stages: string[] = [];
  const context = { engine: ENGINE, blob: async () => bytes, progress: ({ stage }) => stages.push(stage) } as Pick<
    JobContext,
    'engine' | 'blob' | 'progress'
  > as JobContext;
  const spec = { uploadId: 'upload-1', model: 'direction', digest: sha256Hex(bytes) };
  return handleInspect(spec, context).then(({ inspection }) => ({ inspection, stages }));
}

describe('looking at an uploaded model', () => {
  test('finds what a real one reads, says, costs and ends in', async () => {
    const { inspection, stages } = await inspect(textDirectionModel());
    expect(stages).toEqual(['reading the model', 'loading the model', 'describing the model']);
    expect(inspection).toMatchObject({
      inputs: [{ name: 'x', type: 'float32', dims: [expect.any(String), 3, expect.any(String), expect.any(String)] }],
      outputs: [{ name: 'softmax_0.tmp_0', type: 'float32', dims: [expect.any(String), 2] }],
      ...{ irVersion: 8, opsets: { '': 9 } },
      head: { node: 'p2o.MatMul.0 (MatMul)', units: 200, classes: 2 },
      ...{ headless: null, engine: ENGINE.name },
    });
    expect(inspection.operators).toMatchObject({ Conv: 53, BatchNormalization: 35, MatMul: 1, Softmax: 1 });
    // The file has 578,966 bytes.
    expect(inspection.weightBytes).toBeGreaterThan(400_000);
    expect(inspection.weightBytes).toBeLessThan(578_966);
    expect(inspection.parameterCount).toBeGreaterThan(100_000);
  });

  test('says what cannot be trained through, and why there is no head', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    const [weight, two] = [float32(new Float32Array(12).fill(1), [4, 3]), float32([2])];
    const product = graph.node('MatMul', ['x', graph.initializer('w', weight)]);
    graph.node('Mod', [product, graph.constant(two)], { fmod: 1 }, { outputs: ['rest'] });
    const { inspection } = await inspect(writeModel(graph.output('rest', 'float32', ['batch', 3]).build()));
    expect(inspection).toMatchObject({ notDifferentiable: ['Mod'], head: null });
    expect(inspection.headless).toMatch(/from output rest: node .* is neither such a node nor one that may follow/);
  });

  test('is where a model that ONNX Runtime cannot run is found out', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    graph.node('Unheard', ['x'], {}, { outputs: ['y'] });
    const looked = inspect(writeModel(graph.output('y', 'float32', ['batch', 4]).build()));
    await expect(looked).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});
