import { expect, test } from 'vitest';
import { float32 } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { GraphBuilder } from './graph-builder.ts';
import { joinModels } from './join-models.ts';
import { renamedApart, splitModel } from './split-model.ts';

function twice() {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  graph.initializer('scale', float32([2, 3]));
  graph.node('Mul', ['x', 'scale'], {}, { outputs: ['middle'] });
  graph.node('Mul', ['middle', 'scale'], {}, { outputs: ['y'] });
  return graph.output('y', 'float32', ['batch', 2]).build();
}

test('both parts have the constants they share, and joined they compute the same', async () => {
  const { front, back } = splitModel(twice(), 'middle');
  expect(back.graph.initializer.map(({ name }) => name)).toEqual(['scale']);
  expect(front.graph.initializer.map(({ name }) => name)).toEqual(['scale_1']);
  const { y } = await (await ortSession(joinModels(front, back))).run({ x: float32([1, 1], [1, 2]) });
  expect([...(y!.data as Float32Array)]).toEqual([4, 9]);
});

test('models that share nothing stay as they are', () => {
  const { front, back } = splitModel(twice(), 'middle');
  expect(renamedApart(front, back).graph.initializer).toEqual(front.graph.initializer);
});
