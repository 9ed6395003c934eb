import fc from 'fast-check';
import type { AttributeValue } from '../format/attributes.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { type TensorOf, tensor } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from './random-tensors.ts';

export type RecurrentOperator = 'LSTM' | 'GRU' | 'RNN';

const GATES: Readonly<Record<RecurrentOperator, number>> = { LSTM: 4, GRU: 3, RNN: 1 };
const OUTPUTS: Readonly<Record<RecurrentOperator, readonly string[]>> = {
  LSTM: ['y', 'y_h', 'y_c'],
  GRU: ['y', 'y_h'],
  RNN: ['y', 'y_h'],
};

/** A recurrent layer in one of its many forms. */
export interface RecurrentForm {
  readonly time: number;
  readonly batch: number;
  readonly features: number;
  readonly hidden: number;
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  readonly hasBias: boolean;
  readonly hasInitialStates: boolean;
  /** Steps of each sequence of the batch, taken modulo `time` + 1; `undefined`: all steps. */
  readonly lengths: readonly number[] | undefined;
  /** One bit per output: whether it is used. */
  readonly used: number;
  readonly seed: number;
}

/** Forms with sizes up to 4. */
export const arbitraryRecurrentForm: fc.Arbitrary<RecurrentForm> = fc.record({
  time: fc.integer({ min: 1, max: 4 }),
  batch: fc.integer({ min: 1, max: 3 }),
  features: fc.integer({ min: 1, max: 3 }),
  hidden: fc.integer({ min: 1, max: 3 }),
  direction: fc.constantFrom('forward', 'reverse', 'bidirectional'),
  hasBias: fc.boolean(),
  hasInitialStates: fc.boolean(),
  lengths: fc.option(fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }), { nil: undefined }),
  used: fc.integer({ min: 1, max: 7 }),
  seed: fc.nat(1_000_000),
});

/** Values of the layer's inputs that have gradients. */
export function recurrentPoint(operator: RecurrentOperator, form: RecurrentForm): Record<string, TensorOf<'float32'>> {
  const { time, batch, features, hidden, direction, hasBias, hasInitialStates, seed } = form;
  const directions = direction === 'bidirectional' ? 2 : 1;
  const rows = GATES[operator] * hidden;
  const random = seededRandom(seed);
  const states = operator === 'LSTM' ? ['h', 'c'] : ['h'];
  return {
    x: randomFloat32(random, [time, batch, features]),
    w: randomFloat32(random, [directions, rows, features], 0.7),
    r: randomFloat32(random, [directions, rows, hidden], 0.7),
    ...(hasBias ? { b: randomFloat32(random, [directions, 2 * rows], 0.5) } : {}),
    ...(hasInitialStates
      ? Object.fromEntries(states.map((name) => [name, randomFloat32(random, [directions, batch, hidden])]))
      : {}),
  };
}

/** Adds the layer over the values of its point; returns the outputs that are used. */
export function recurrentOutputs(
  graph: GraphBuilder,
  operator: RecurrentOperator,
  form: RecurrentForm,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): string[] {
  const { direction, hidden, hasBias, hasInitialStates } = form;
  const all = OUTPUTS[operator];
  // GRU and RNN have no third output, whose bit may be the only one.
  const used = form.used % (1 << all.length) || 1;
  const outputs = all.map((name, index) => ((used >> index) & 1 ? name : ''));
  const states = hasInitialStates ? ['h', operator === 'LSTM' ? 'c' : ''] : ['', ''];
  graph.node(
    operator,
    ['x', 'w', 'r', hasBias ? 'b' : '', lengthsOf(graph, form), ...states],
    { hidden_size: hidden, direction, ...attributes },
    { outputs },
  );
  return outputs.filter((name) => name !== '');
}

function lengthsOf(graph: GraphBuilder, { lengths, time, batch }: RecurrentForm): string {
  if (!lengths) return '';
  const steps = Int32Array.from({ length: batch }, (_, row) => (lengths[row] ?? 0) % (time + 1));
  return graph.constant(tensor('int32', [batch], steps), 'lengths');
}
