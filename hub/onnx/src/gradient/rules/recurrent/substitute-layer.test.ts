import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { float32, type TensorOf } from '../../../tensor/tensor.ts';
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

/** Gradients of about 1 and less in float32, added up in another order. */
const DIGITS = 4;
/** Features of a layer whose weights are too large for copies; most of them are 0. */
const MANY_FEATURES = 400_000;

/** The point with so many features that are 0, and nothing that meets them. */
function widened(point: Readonly<Record<string, TensorOf<'float32'>>>): Record<string, TensorOf<'float32'>> {
  const wide = ({ dims, data }: TensorOf<'float32'>): TensorOf<'float32'> => {
    const [outer = 1, rows = 1, features = 1] = dims;
    const values = new Float32Array(outer * rows * MANY_FEATURES);
    for (let row = 0; row < outer * rows; row++) {
      values.set(data.subarray(row * features, (row + 1) * features), row * MANY_FEATURES);
    }
    return float32(values, [outer, rows, MANY_FEATURES]);
  };
  return { ...point, x: wide(point['x']!), w: wide(point['w']!) };
}

/** Gradients of the recurrence, the bias and the states. */
async function gradientsOf(
  operator: RecurrentOperator,
  form: RecurrentForm,
  point: Readonly<Record<string, TensorOf<'float32'>>>,
  attributes: object,
): Promise<Float32Array[]> {
  const graph = new GraphBuilder();
  for (const [name, { dims }] of Object.entries(point)) graph.input(name, 'float32', dims);
  const outputs = recurrentOutputs(graph, operator, form, { ...attributes });
  const forward = graph.build();
  const seeds = new Map(outputs.filter(Boolean).map((output) => [output, graph.node('Exp', [output])]));
  const wanted = Object.keys(point).filter((name) => name !== 'x' && name !== 'w');
  const gradients = differentiate(graph, { nodes: forward.graph.node, types: inferTypes(forward), seeds, wanted });
  const names = wanted.map((name) => gradients.get(name) ?? '');
  for (const name of new Set(names)) graph.output(name, 'float32');
  const made = await (await ortSession(graph.build())).run(point);
  return names.map((name) => (made[name] as TensorOf<'float32'>).data);
}

test.each(CASES)(
  '%s with linear_before_reset %i has the same gradients where its weights are too large for copies',
  async (operator, linear) => {
    const attributes = operator === 'GRU' ? { linear_before_reset: linear } : {};
    const sizes = { time: 3, batch: 2, features: 2, hidden: 3 };
    const states = { hasBias: true, hasInitialStates: true, used: 7, seed: 8 };
    for (const direction of ['forward', 'bidirectional'] as const) {
      for (const lengths of [undefined, [3, 2, 1]]) {
        const form = { ...sizes, ...states, direction, lengths };
        const point = recurrentPoint(operator, form);
        const expected = await gradientsOf(operator, form, point, attributes);
        const wide = { ...form, features: MANY_FEATURES };
        const reached = await gradientsOf(operator, wide, widened(point), attributes);
        for (const [at, values] of expected.entries()) {
          for (const [place, value] of values.entries()) expect(reached[at]![place]).toBeCloseTo(value, DIGITS);
        }
      }
    }
  },
);
