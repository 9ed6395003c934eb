import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { float32, type TensorOf } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { applyState } from './apply-state.ts';

const forward = denseNetwork({ sizes: [5, 8, 7, 3] });

describe('applyState', () => {
  test('puts trained weights into the forward graph', async () => {
    const changed = applyState(forward, new Map([['b2', Float32Array.of(0, 100, 0)]]));
    const outputs = await (await ortSession(changed)).run({ features: randomFloat32(seededRandom(3), [4, 5]) });
    const probabilities = (outputs['probabilities'] as TensorOf<'float32'>).data;
    expect(probabilities[1]).toBeCloseTo(1, 6);
    const before = forward.graph.initializer.find(({ name }) => name === 'b2')!;
    expect(decodeTensor(before).data).not.toEqual(Float32Array.of(0, 100, 0));
  });

  test('finds weights in Constant nodes too', async () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', [2]);
    graph.node('Constant', [], { value: float32([1, 1]) }, { outputs: ['w'] });
    graph.output(graph.node('Mul', ['x', 'w'], {}, { outputs: ['y'] }), 'float32', [2]);
    const changed = applyState(graph.build(), new Map([['w', Float32Array.of(2, 3)]]));
    const { y } = await (await ortSession(changed)).run({ x: float32([5, 7]) });
    expect(y?.data).toEqual(Float32Array.of(10, 21));
  });

  test('refuses another size and a state of another model', () => {
    const mismatch = expect.objectContaining({ code: 'STATE_MISMATCH' });
    expect(() => applyState(forward, new Map([['b2', new Float32Array(2)]]))).toThrow(mismatch);
    expect(() => applyState(forward, new Map([['other', new Float32Array(2)]]))).toThrow(mismatch);
  });
});
