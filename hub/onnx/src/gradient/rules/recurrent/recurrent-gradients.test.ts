import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttributeValue, float } from '../../../format/attributes.ts';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { float32, type TensorOf } from '../../../tensor/tensor.ts';
import { KNOWLEDGE, RUNS, TOLERANCE_FLOAT32 } from '../../../testing/gradient-arbitraries.ts';
import { gradientError } from '../../../testing/gradient-check.ts';
import {
  arbitraryRecurrentForm,
  type RecurrentForm,
  type RecurrentOperator,
  recurrentOutputs,
  recurrentPoint,
} from '../../../testing/recurrent-layers.ts';
import { differentiate } from '../../differentiate.ts';
import { RECURRENT_GRADIENTS } from './recurrent-gradients.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

interface Case {
  readonly operator: RecurrentOperator;
  readonly name: string;
  readonly attributes?: Attributes;
}

const CASES: readonly Case[] = [
  { operator: 'LSTM', name: 'LSTM' },
  { operator: 'GRU', name: 'GRU with the reset in front of the product' },
  { operator: 'GRU', name: 'GRU with the reset behind the product', attributes: { linear_before_reset: 1 } },
  { operator: 'RNN', name: 'RNN with Tanh' },
];

/** Forms have ten properties, so more of them than usual. */
const FORMS = { ...RUNS, numRuns: 40 } as const;

// ONNX Runtime has no float64 kernels of these operators.
describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  for (const { operator, name, attributes } of CASES) {
    test(`of ${name} in every form`, async () => {
      const check = fc.asyncProperty(arbitraryRecurrentForm, async (form) => {
        const point = recurrentPoint(operator, form);
        const error = await gradientError(
          point,
          (graph) => recurrentOutputs(graph, operator, form, attributes),
          knowledge,
        );
        expect(error).toBeLessThan(TOLERANCE_FLOAT32);
      });
      await fc.assert(check, FORMS);
    });
  }

  test('of RNN with Relu, in one direction Tanh', async () => {
    const check = fc.asyncProperty(arbitraryRecurrentForm, async (any) => {
      const form = { ...any, hasBias: true };
      const activations = form.direction === 'bidirectional' ? ['Relu', 'Tanh'] : ['Relu'];
      const error = await gradientError(
        awayFromCorners(recurrentPoint('RNN', form), form.hidden),
        (graph) => recurrentOutputs(graph, 'RNN', form, { activations }),
        knowledge,
      );
      expect(error).toBeLessThan(TOLERANCE_FLOAT32);
    });
    await fc.assert(check, FORMS);
  });
});

/** Biases of size 3 against products below 2: every unit stays on its side of 0, about half of them on either. */
function awayFromCorners(
  point: Record<string, TensorOf<'float32'>>,
  hidden: number,
): Record<string, TensorOf<'float32'>> {
  const changed = (name: string, by: (value: number, at: number) => number) => {
    const { data, dims } = point[name]!;
    return { [name]: float32(data.map(by), dims) };
  };
  return {
    ...point,
    ...changed('w', (value) => value / 4),
    ...changed('r', (value) => value / 10),
    // Of the two biases of each unit the first is the large one.
    ...changed('b', (value, at) => (at % (2 * hidden) < hidden ? Math.sign(value) * 3 : value / 10)),
  };
}

describe('the rules refuse', () => {
  const form: RecurrentForm = {
    ...{ time: 2, batch: 1, features: 2, hidden: 2, direction: 'forward' },
    ...{ hasBias: true, hasInitialStates: true, lengths: undefined, used: 1, seed: 1 },
  };

  function refusal(operator: RecurrentOperator, attributes: Attributes, peepholes = false): () => unknown {
    const graph = new GraphBuilder();
    for (const [name, { dims }] of Object.entries(recurrentPoint(operator, form))) graph.input(name, 'float32', dims);
    const inputs = ['x', 'w', 'r', 'b', '', 'h', 'c', peepholes ? graph.input('p', 'float32', [1, 6]) : ''];
    const given = operator === 'LSTM' ? inputs : inputs.slice(0, 6);
    graph.node(operator, given, { hidden_size: 2, ...attributes }, { name: 'layer', outputs: ['y'] });
    const seeds = new Map([['y', 'y']]);
    const model = graph.build();
    return () => differentiate(graph, { nodes: model.graph.node, types: inferTypes(model), seeds, wanted: ['w'] });
  }

  const cases: readonly [RecurrentOperator, Attributes, string][] = [
    ['LSTM', { clip: float(3) }, 'no clip'],
    ['GRU', { layout: 1 }, 'layout 0 (time first)'],
    ['LSTM', { input_forget: 1 }, 'input_forget 0'],
    ['LSTM', { activations: ['HardSigmoid', 'Tanh', 'Tanh'] }, 'the activations Sigmoid, Tanh, Tanh'],
    ['GRU', { activations: ['Sigmoid', 'Relu'] }, 'the activations Sigmoid, Tanh'],
    ['RNN', { activations: ['Affine'] }, 'the activation Tanh or Relu'],
  ];
  test.each(cases)('%s with %o, saying what they expect', (operator, attributes, expected) => {
    expect(refusal(operator, attributes)).toThrow(
      expect.objectContaining({
        code: 'OPERATOR_NOT_DIFFERENTIABLE',
        message: `Node layer (${operator}) must have ${expected}, to be differentiated`,
      }),
    );
  });

  test('peephole weights', () => {
    expect(refusal('LSTM', {}, true)).toThrow(/must have no peephole weights/);
  });
});

test('every rule of this folder is checked above', () => {
  const checked = new Set(CASES.map(({ operator }) => operator));
  expect([...checked].sort()).toEqual(Object.keys(RECURRENT_GRADIENTS).sort());
});
