import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { int64, type TensorOf, tensor } from '../../../tensor/tensor.ts';
import { arbitrarySeed, KNOWLEDGE, RUNS, TOLERANCE } from '../../../testing/gradient-arbitraries.ts';
import { gradientError } from '../../../testing/gradient-check.ts';
import { seededRandom } from '../../../testing/random-tensors.ts';
import { differentiate } from '../../differentiate.ts';

function float64(values: readonly number[], dims: readonly number[]): TensorOf<'float64'> {
  return tensor('float64', dims, Float64Array.from(values));
}

/** Sizes of the loop under test, and which parts of it are used. */
interface LoopForm {
  readonly steps: number;
  readonly width: number;
  /** One bit per sequence that is read or written: whether its last entry comes first. */
  readonly reversed: number;
  /** One bit per output: whether the loss depends on it. */
  readonly used: number;
  readonly seed: number;
}

const BATCH = 2;
const OUTPUTS = ['h_last', 'c_last', 'all', 'both'];

const arbitraryForm: fc.Arbitrary<LoopForm> = fc.record({
  steps: fc.integer({ min: 1, max: 4 }),
  width: fc.integer({ min: 1, max: 3 }),
  reversed: fc.nat(15),
  used: fc.integer({ min: 1, max: 15 }),
  seed: arbitrarySeed,
});

function point({ steps, width, seed }: LoopForm): Record<string, TensorOf<'float64'>> {
  const random = seededRandom(seed);
  const drawn = (...dims: number[]): TensorOf<'float64'> => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    return tensor(
      'float64',
      dims,
      Float64Array.from({ length: count }, () => 2 * random() - 1),
    );
  };
  return {
    ...{ h: drawn(BATCH, width), c: drawn(BATCH, width), x: drawn(steps, BATCH, width), y: drawn(steps, BATCH, 1) },
    ...{ w: drawn(width, width), b: drawn(width) },
  };
}

/** h = tanh(x + h' w) y, c = c' + h b and what else a loop may do: read a state, write one twice, share values. */
function loop(graph: GraphBuilder, { reversed, used }: LoopForm, isInner = false): string[] {
  const body = graph.inner('body');
  const [h = '', c = '', x = '', y = ''] = ['h', 'c', 'x', 'y'].map((name) =>
    body.freshInput(`${name}_in`, 'float64', [undefined, undefined]),
  );
  const sum = body.node('Add', [x, body.node('MatMul', [h, 'w'])]);
  const next = body.node('Mul', [isInner ? innerLoop(body, sum) : body.node('Tanh', [sum]), y]);
  const carried = body.node('Add', [c, body.node('Mul', [next, 'b'])]);
  const written = [body.node('Identity', [next]), body.node('Mul', [carried, h])];
  for (const value of [next, carried, ...written]) body.output(value, 'float64');
  const bit = (at: number): number => (reversed >> at) & 1;
  graph.node(
    'Scan',
    ['h', 'c', 'x', 'y'],
    {
      body: body.graph(),
      num_scan_inputs: 2,
      scan_input_directions: [bit(0), bit(1)],
      scan_output_directions: [bit(2), bit(3)],
    },
    { outputs: OUTPUTS },
  );
  return OUTPUTS.filter((_, at) => (used >> at) & 1);
}

/** Two steps of tanh(v + b) in a loop of their own. */
function innerLoop(graph: GraphBuilder, value: string): string {
  const body = graph.inner('inner');
  const state = body.freshInput('state', 'float64', [undefined, undefined]);
  const share = body.freshInput('share', 'float64', []);
  const next = body.node('Tanh', [body.node('Mul', [body.node('Add', [state, 'b']), share])]);
  body.output(next, 'float64');
  const shares = graph.constant(float64([0.5, 0.8], [2]));
  return graph.node('Scan', [value, shares], { body: body.graph(), num_scan_inputs: 1 });
}

describe.each(KNOWLEDGE)('gradients of a loop agree with finite differences, knowing %s', (knowledge) => {
  test('with states, sequences in both directions and values from around it', async () => {
    const check = fc.asyncProperty(arbitraryForm, async (form) => {
      const error = await gradientError(point(form), (graph) => loop(graph, form), knowledge);
      expect(error).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, { ...RUNS, numRuns: 30 });
  });

  test('with a loop inside', async () => {
    const check = fc.asyncProperty(arbitraryForm, async (form) => {
      const error = await gradientError(point(form), (graph) => loop(graph, form, true), knowledge);
      expect(error).toBeLessThan(TOLERANCE);
    });
    await fc.assert(check, RUNS);
  });
});

test('a state of whole numbers has no gradient and disturbs none', async () => {
  const build = (graph: GraphBuilder): string => {
    const body = graph.inner('body');
    const count = body.freshInput('count', 'int64', []);
    const state = body.freshInput('state', 'float64', [undefined]);
    const x = body.freshInput('x_in', 'float64', [undefined]);
    const next = body.node('Add', [count, graph.constant(int64([1], []))]);
    const share = body.node('Cast', [next], { to: 11 });
    const sum = body.node('Add', [body.node('Mul', [state, x]), share]);
    body.output(next, 'int64').output(sum, 'float64');
    const first = graph.constant(int64([0], []));
    const attributes = { body: body.graph(), num_scan_inputs: 1 };
    return graph.nodeWithOutputs(2, 'Scan', [first, 'h', 'x'], attributes)[1] ?? '';
  };
  const values = { h: float64([0.5, -0.3], [2]), x: float64([0.2, 0.7, -0.4, 0.1, 0.9, 0.6], [3, 2]) };
  expect(await gradientError(values, build)).toBeLessThan(TOLERANCE);
});

describe('the rule refuses', () => {
  const form: LoopForm = { steps: 2, width: 2, reversed: 0, used: 1, seed: 1 };

  function refusal(build: (graph: GraphBuilder) => void): () => unknown {
    const graph = new GraphBuilder();
    for (const [name, { dims }] of Object.entries(point(form))) graph.input(name, 'float64', dims);
    build(graph);
    const model = graph.build();
    const seeds = new Map([['h_last', 'h_last']]);
    return () => differentiate(graph, { nodes: model.graph.node, types: inferTypes(model), seeds, wanted: ['w', 'x'] });
  }

  function scan(graph: GraphBuilder, operator: string, attributes: Record<string, number[]> = {}): void {
    const body = graph.inner('body');
    const [h = '', x = ''] = ['h', 'x'].map((name) => body.freshInput(name, 'float64', [undefined, undefined]));
    body.output(body.node(operator, [body.node('Add', [h, x])]), 'float64');
    const all = { body: body.graph(), num_scan_inputs: 1, ...attributes };
    graph.node('Scan', ['h', 'x'], all, { name: 'loop', outputs: ['h_last'] });
  }

  test('steps along another axis than the first', () => {
    expect(refusal((graph) => scan(graph, 'Tanh', { scan_input_axes: [1] }))).toThrow(
      expect.objectContaining({
        code: 'OPERATOR_NOT_DIFFERENTIABLE',
        message: 'Node loop (Scan) must have only zeros in scan_input_axes, to be differentiated',
      }),
    );
  });

  test('a body with an operator without a rule', () => {
    expect(refusal((graph) => scan(graph, 'Atan'))).toThrow(/\(Atan\) must have a gradient rule/);
  });
});
