import { describe, expect, test } from 'vitest';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { KNOWLEDGE, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError, type TestedGraph } from '../../../testing/gradient-check.ts';
import { pointGradients } from '../../../testing/point-gradients.ts';
import { randomFloat64, seededRandom } from '../../../testing/random-tensors.ts';

/** Equations with the sizes of their inputs' axes. */
const EQUATIONS: readonly (readonly [equation: string, shapes: string])[] = [
  ['ij->ij', '2 3'],
  ['ij->ji', '2 3'],
  ['ba', '2 3'],
  ['ijk->kij', '2 3 4'],
  ['ij->', '2 3'],
  ['ijk->kj', '2 3 4'],
  ['...ij->...ji', '2 2 3'],
  ['ij,jk->ik', '2 3, 3 4'],
  ['ij,jk', '2 3, 3 4'],
  ['zj,yj', '2 3, 4 3'],
  ['bij,bjk->bik', '2 2 3, 2 3 2'],
  ['bhid,bhjd->bhij', '2 2 3 2, 2 2 4 2'],
  ['blk,kn->bln', '2 3 2, 2 4'],
  ['i,j->ij', '2, 3'],
  ['i,i->', '3, 3'],
  ['i,j->j', '2, 3'],
  ['ij,kl->il', '2 3, 2 2'],
  [',ij->ji', ', 2 3'],
  ['ij,ij->ij', '2 3, 2 3'],
  [' i j , j -> i ', '2 3, 3'],
  ['...ij,...jk->...ik', '2 2 3, 2 3 2'],
  ['...ij,...jk->...ik', '1 2 2 3, 3 1 3 2'],
  ['...i,...i->...', '2 3, 1 3'],
  ['i...,i...', '2 3, 2 3'],
  ['i,ij,j->', '2, 2 3, 3'],
  ['ab,bc,cd->ad', '2 3, 3 2, 2 2'],
];

function pointOf(shapes: string) {
  const random = seededRandom(6);
  const inputs = shapes.split(',').map((sizes) => sizes.trim().split(' ').filter(Boolean).map(Number));
  return Object.fromEntries(inputs.map((dims, index) => [`x${index}`, randomFloat64(random, dims)]));
}

describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  test.each(EQUATIONS)('of Einsum %s', async (equation, shapes) => {
    const point = pointOf(shapes);
    const build: TestedGraph = (graph) => graph.node('Einsum', Object.keys(point), { equation });
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });

  test('of Einsum beside a constant with a diagonal', async () => {
    const point = pointOf('2 3');
    const diagonal = randomFloat64(seededRandom(8), [2, 2]);
    const build: TestedGraph = (graph) =>
      graph.node('Einsum', [graph.constant(diagonal), 'x0'], { equation: 'ii,ij->ij' });
    expect(await gradientError(point, build, knowledge)).toBeLessThan(TOLERANCE);
  });
});

const REPEATED: readonly (readonly [equation: string, shapes: string])[] = [
  ['ij,jk->ik', '2 1, 3 4'],
  ['ij,jk->ijk', '2 3, 1 4'],
  ['ij,jk->ik', '2 1, 1 4'],
];

test.each(REPEATED)('%s repeats a letter of size 1, where the sizes are known', async (equation, shapes) => {
  const point = pointOf(shapes);
  const build: TestedGraph = (graph) => graph.node('Einsum', Object.keys(point), { equation });
  expect(await gradientError(point, build)).toBeLessThan(TOLERANCE);
});

test('a diagonal is refused, naming the label', async () => {
  const build = (graph: GraphBuilder) => graph.node('Einsum', ['x0'], { equation: 'ii->i' });
  await expect(pointGradients(pointOf('2 2'), build)).rejects.toThrow(
    expect.objectContaining({
      code: 'OPERATOR_NOT_DIFFERENTIABLE',
      message: expect.stringContaining('must have each label once per input, got i twice in input 0'),
    }),
  );
});

test('an equation that does not fit its inputs is refused', async () => {
  const build = (graph: GraphBuilder) => graph.node('Einsum', ['x0'], { equation: 'ijk->i' });
  await expect(pointGradients(pointOf('2 2'), build)).rejects.toThrow(/must have an equation that fits its inputs/);
});
