import { float32, GraphBuilder, type Model, staticQuantize, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../training/seeded-random.ts';
import { describeVariant } from './describe-variant.ts';

const [LAYERS, UNITS] = [3, 128];

/** Dense layers with a ReLU behind each, x [batch, units] -> v3. */
function network(): Model {
  const random = new SeededRandom(5);
  const graph = new GraphBuilder();
  let value = graph.input('v0', 'float32', ['batch', UNITS]);
  for (let layer = 1; layer <= LAYERS; layer++) {
    const weights = Float32Array.from({ length: UNITS ** 2 }, () => random.next() - 0.5);
    const constant = graph.initializer(`w${layer}`, float32(weights, [UNITS, UNITS]));
    const dense = graph.node('Gemm', [value, constant], {}, { outputs: [`d${layer}`] });
    value = graph.node('Relu', [dense], {}, { outputs: [`v${layer}`] });
  }
  return graph.output(value, 'float32', ['batch', UNITS]).build();
}

const float = network();
const names = Array.from({ length: LAYERS + 1 }, (_, layer) => [`v${layer}`, `d${layer}`]).flat();
const integer = staticQuantize(float, new Map(names.map((name) => [name, { min: -1, max: 1 }])));
const described = (model: Model) => describeVariant({ name: 'form' }, writeModel(model), new Uint8Array());

describe('the memory that a release says a form needs', () => {
  test('is that of the values that are alive at once', () => {
    // A layer reads one value and writes another; the input stays to the end.
    expect(described(float).activationBytes).toBe(3 * 4 * UNITS);
  });

  test('does not count weights again that become floats only on paper', () => {
    const form = described(integer);
    expect(form.weightBytes).toBeLessThan(0.3 * described(float).weightBytes);
    expect(form.activationBytes).toBeLessThan(2 * described(float).activationBytes);
  });
});
