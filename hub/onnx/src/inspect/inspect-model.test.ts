import { describe, expect, test } from 'vitest';
import { withFields, withGraph } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32 } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { REAL_MODELS, realModel } from '../testing/real-models.ts';
import { inspectModel } from './inspect-model.ts';

const network = denseNetwork({ sizes: [5, 8, 3] });

describe('inspectModel', () => {
  test('says what a dense network costs and what can become of it', () => {
    const inspection = inspectModel(network);
    expect(inspection).toMatchObject({
      producer: 'edgeloop',
      openSizes: ['batch'],
      multiplyAddsPerRow: 5 * 8 + 8 * 3,
      values: { count: 9, typed: 9 },
      activations: { unknownValues: 0 },
      externalFiles: [],
      sparseInitializers: 0,
      functions: [],
    });
    expect(inspection.differentiation).toEqual({
      trainable: ['w0', 'b0', 'w1', 'b1'],
      operators: { Gemm: 2, Relu: 1, Softmax: 1 },
      blocking: [],
      refusal: undefined,
    });
    expect(inspection.quantization).toEqual({
      quantized: [
        { node: 'dense0', operator: 'Gemm' },
        { node: 'dense1', operator: 'Gemm' },
      ],
      kept: [],
      ...{ opset: 21, refusal: undefined },
    });
  });

  test('says what operator set a quantized model has, and why one cannot be quantized', () => {
    const dense = (opset: number) => {
      const graph = new GraphBuilder({ opset });
      const w = graph.initializer('w', float32([1, 2, 3, 4], [2, 2]));
      graph.node('MatMul', [graph.input('x', 'float32', ['batch', 2]), w], {}, { name: 'product', outputs: ['y'] });
      return graph.output('y', 'float32', ['batch', 2]).build();
    };
    const quantized = [{ node: 'product', operator: 'MatMul' }];
    expect(inspectModel(dense(9)).quantization).toEqual({ quantized, kept: [], opset: 13, refusal: undefined });
    expect(inspectModel(dense(6)).quantization).toEqual({
      ...{ quantized: [], kept: [], opset: 13 },
      refusal: 'Operator set must be between 7 and 21 to be upgraded, got 6 to 13',
    });
  });

  test('multiplies sizes that are given', () => {
    const sizes = { batch: 10 };
    const [one, ten] = [inspectModel(network), inspectModel(network, { sizes })];
    expect(ten.openSizes).toEqual([]);
    expect(ten.multiplyAddsPerRow).toBe(10 * one.multiplyAddsPerRow);
    expect(ten.activations.peakBytes).toBe(10 * one.activations.peakBytes);
  });

  test('names the nodes that block a gradient, and why', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 2]);
    graph.initializer('w', float32([1, 2, 3, 4], [2, 2]));
    const product = graph.node('MatMul', ['x', 'w']);
    const odd = graph.node('Hardmax', [product], {}, { name: 'odd' });
    graph.output(graph.node('Add', [odd, product], {}, { outputs: ['y'] }), 'float32', ['batch', 2]);
    expect(inspectModel(graph.build()).differentiation).toMatchObject({
      trainable: ['w'],
      operators: { Add: 1, MatMul: 1 },
      blocking: [{ node: 'odd', operator: 'Hardmax', reason: 'operator Hardmax has no gradient rule' }],
    });
  });

  test('says why there is nothing to train', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    graph.output(graph.node('Relu', ['x'], {}, { outputs: ['y'] }), 'float32', [2]);
    const { differentiation } = inspectModel(graph.build());
    expect(differentiation).toMatchObject({ trainable: [], refusal: expect.stringContaining('no weights') });
  });

  test('finds files, sparse constants and functions', () => {
    const official = readModel(OFFICIAL_MODEL);
    expect(inspectModel(official)).toMatchObject({ sparseInitializers: 1, functions: ['local.Twice'] });
    const [first] = network.graph.initializer;
    const outside = withFields(first!, { rawData: null, externalData: [{ key: 'location', value: 'w.bin' }] });
    const rest = network.graph.initializer.slice(1);
    const model = withGraph(network, { initializer: [outside, ...rest] });
    expect(inspectModel(model).externalFiles).toEqual(['w.bin']);
  });

  for (const name of REAL_MODELS) {
    test(`knows the cost of the ${name} model`, () => {
      const inspection = inspectModel(realModel(name));
      expect(inspection.weightBytes).toBeGreaterThan(500_000);
      expect(inspection.activations.peakBytes).toBeGreaterThan(1_000);
      expect(inspection.values.typed).toBeGreaterThan(0.9 * inspection.values.count);
    });
  }

  test('counts the more costly branch of the voice model for sound of a given length', () => {
    const sizes = { 'input.0': 1, 'input.1': 512, 'state.1': 1 };
    const inspection = inspectModel(realModel('voice'), { sizes });
    expect(inspection.multiplyAddsPerRow).toBeGreaterThan(500_000);
  });
});
