import { expect, test } from 'vitest';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { float32, tensor } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { GraphBuilder } from './graph-builder.ts';
import { renameModelValues } from './rename-model.ts';

function branch(value: string) {
  const graph = new GraphBuilder({ name: value });
  const base = graph.build();
  const inner = GraphBuilder.extend(base);
  inner.node('Neg', [value], {}, { outputs: [`inner_${value}`] });
  return inner.output(`inner_${value}`, 'float32').graph();
}

test('values get their new names everywhere, also inside the graphs of nodes', async () => {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', [2]);
  graph.initializer('w', float32([2, 4]));
  graph.initializer('yes', tensor('bool', [], Uint8Array.of(1)));
  graph.node('Mul', ['x', 'w'], {}, { outputs: ['product'] });
  graph.node('If', ['yes'], { then_branch: branch('product'), else_branch: branch('w') }, { outputs: ['y'] });
  const names = new Map([
    ['x', 'features'],
    ['w', 'weights'],
    ['product', 'scaled'],
    ['y', 'result'],
  ]);
  const renamed = readModel(writeModel(renameModelValues(graph.output('y', 'float32').build(), names)));
  expect(renamed.graph.initializer.map(({ name }) => name)).toEqual(['weights', 'yes']);
  expect(renamed.graph.node[0]).toMatchObject({ input: ['features', 'weights'], output: ['scaled'] });
  const { result } = await (await ortSession(renamed)).run({ features: float32([1, 2]) });
  expect([...(result!.data as Float32Array)]).toEqual([-2, -8]);
});
