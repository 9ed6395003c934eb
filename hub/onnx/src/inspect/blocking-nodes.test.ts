import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32 } from '../tensor/tensor.ts';
import { blockingNodes } from './differentiation.ts';

function model() {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  for (const name of ['early', 'late']) graph.initializer(name, float32([1, 2]));
  const rounded = graph.node('Mod', ['x', 'early'], { fmod: 1 }, { name: 'rest' });
  const strange = graph.node('Strange', ['late'], {}, { name: 'odd', domain: 'example.org' });
  graph.node('Mul', [rounded, strange], {}, { outputs: ['y'] });
  graph.node('Unique', ['late'], {}, { outputs: ['aside'], name: 'other' });
  return graph.output('y', 'float32').build();
}

function blocking(...weights: string[]): string[] {
  return blockingNodes(model(), weights).map(({ node, operator }) => `${node} (${operator})`);
}

test('nodes between the weights and the outputs that have no rule are named, and no others', () => {
  expect(blocking('early')).toEqual(['rest (Mod)']);
  expect(blocking('late')).toEqual(['odd (Strange)']);
  expect(blocking('early', 'late')).toHaveLength(2);
});

test('nothing is in the way of weights that are not wanted', () => {
  expect(blocking()).toEqual([]);
});
