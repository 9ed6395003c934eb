import { expect, test } from 'vitest';
import { float } from '../format/attributes.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32, int64, scalar, type TensorOf } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

test('smoke', async () => {
  const g = new GraphBuilder();
  g.input('x', 'float32', ['batch', 2]);
  g.initializer('mean', float32([0.5, 0.5]));
  g.initializer('w1', float32([0.1, 0.2, 0.3, -0.1, -0.2, 0.5], [2, 3]));
  g.initializer('b1', float32([0, 0, 0]));
  g.initializer('w2', float32([0.1, 0.2, 0.3, -0.1, -0.2, 0.5], [2, 3]));
  g.initializer('b2', float32([0, 0]));
  const s = g.node('Sub', ['x', 'mean']);
  const h = g.node('Relu', [g.node('Gemm', [s, 'w1', 'b1'])]);
  g.node('Gemm', [h, 'w2', 'b2'], { transB: 1, alpha: float(1) }, { outputs: ['logits'] });
  g.node('Softmax', ['logits'], {}, { outputs: ['p'] });
  g.output('p', 'float32', ['batch', 2]);
  const t = buildTrainingGraph(g.build(), { loss: { kind: 'softmax-cross-entropy', output: 'logits' } });
  expect(t.feeds).toEqual(['x']);
  const session = await ortSession(t.model);
  let state = Object.fromEntries(t.state.map((e) => [e.input, float32(e.initial, e.dims)]));
  const losses: number[] = [];
  for (let i = 0; i < 200; i++) {
    const out = await session.run({
      x: float32([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]),
      [t.labels]: int64([0, 1, 1, 0]),
      [t.learningRate]: scalar(0.05),
      ...state,
    });
    losses.push((out[t.loss]!.data as Float32Array)[0]!);
    state = Object.fromEntries(t.state.map((e) => [e.input, out[e.output] as TensorOf<'float32'>]));
  }
  console.log(losses[0], losses.at(-1));
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
});
