import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import type { TensorOf } from '../../../tensor/tensor.ts';
import { RUNS } from '../../../testing/gradient-arbitraries.ts';
import { ortSession } from '../../../testing/ort-session.ts';
import {
  arbitraryRecurrentForm,
  type RecurrentForm,
  type RecurrentOperator,
  recurrentOutputs,
  recurrentPoint,
} from '../../../testing/recurrent-layers.ts';
import { differentiate } from '../../differentiate.ts';

/** Values below 1 in float32, through a few steps and activations that the operator approximates in its own way. */
const TOLERANCE = 1e-5;

const CASES: readonly (readonly [RecurrentOperator, number])[] = [
  ['LSTM', 0],
  ['GRU', 0],
  ['GRU', 1],
  ['RNN', 0],
];

/** Largest difference between outputs before and after the layer was differentiated. */
async function difference(operator: RecurrentOperator, form: RecurrentForm, attributes: object): Promise<number> {
  const point = recurrentPoint(operator, form);
  const graph = new GraphBuilder();
  for (const [name, { dims }] of Object.entries(point)) graph.input(name, 'float32', dims);
  const outputs = recurrentOutputs(graph, operator, form, { ...attributes });
  for (const output of outputs) graph.output(output, 'float32');
  const forward = graph.build();
  const seeds = new Map([[outputs[0]!, graph.node('Exp', [outputs[0]!])]]);
  differentiate(graph, { nodes: forward.graph.node, types: inferTypes(forward), seeds, wanted: ['w'] });
  const before = await (await ortSession(forward)).run(point);
  const after = await (await ortSession(graph.build())).run(point);
  const differences = outputs.flatMap((output) => {
    const [left, right] = [before[output], after[output]] as TensorOf<'float32'>[];
    expect(right?.dims).toEqual(left?.dims);
    return Array.from(left!.data, (value, at) => Math.abs(value - right!.data[at]!));
  });
  return Math.max(...differences);
}

test.each(CASES)(
  '%s with linear_before_reset %i gives the same outputs after it was differentiated',
  async (operator, linear) => {
    const attributes = operator === 'GRU' ? { linear_before_reset: linear } : {};
    const check = fc.asyncProperty(arbitraryRecurrentForm, async (form) => {
      expect(await difference(operator, form, attributes)).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 25 });
  },
);
