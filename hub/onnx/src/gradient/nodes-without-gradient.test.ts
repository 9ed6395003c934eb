import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32 } from '../tensor/tensor.ts';
import { nodesWithoutGradient } from './nodes-without-gradient.ts';

function model() {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', 2]);
  for (const name of ['early', 'late']) graph.initializer(name, float32([1, 2]));
  const rounded = graph.node('Mod', ['x', 'early'], { fmod: 1 }, { name: 'rest' });
  const strange = graph.node('Strange', ['late'], {}, { name: 'odd', domain: 'example.org' });
  graph.node('Mul', [rounded, strange], {}, { outputs: ['y'] });
  graph.node('Unique', ['late'], {}, { outputs: ['aside'], name: 'other' });
  return graph.output('y', 'float32').output('aside', 'float32').build();
}

test('names the nodes between the weights and the output that have no rule, and no others', () => {
  expect(nodesWithoutGradient(model(), ['early'], 'y')).toEqual(['rest (Mod)']);
  expect(nodesWithoutGradient(model(), ['late'], 'y')).toEqual(['odd (example.org.Strange)']);
  expect(nodesWithoutGradient(model(), ['early', 'late'], 'y')).toHaveLength(2);
});

test('nothing is in the way of weights that are not wanted', () => {
  expect(nodesWithoutGradient(model(), [], 'y')).toEqual([]);
});
