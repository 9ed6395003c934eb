import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import { float32, scalar, type Tensor, tensor } from '../../../tensor/tensor.ts';
import { ortSession } from '../../../testing/ort-session.ts';
import { differentiate } from '../../differentiate.ts';

const COUNT = 200;
const ONES = float32(new Float32Array(COUNT).fill(1));

interface Case {
  readonly ratio?: (graph: GraphBuilder) => string;
  readonly isTraining: (graph: GraphBuilder) => string;
  /** Factor of entries that are kept. */
  readonly scale: number;
}

function yes(graph: GraphBuilder): string {
  return graph.constant(tensor('bool', [], Uint8Array.of(1)));
}

/** True in a run whose input `flag` is above 0. */
function flag(graph: GraphBuilder): string {
  return graph.node('Greater', ['flag', graph.constant(scalar(0))]);
}

const CASES: Readonly<Record<string, Case>> = {
  'a constant ratio': { ratio: (graph) => graph.constant(scalar(0.25)), isTraining: yes, scale: 4 / 3 },
  'the ratio of the standard': { isTraining: yes, scale: 2 },
  'a ratio known at run time': { ratio: () => 'rate', isTraining: yes, scale: 4 / 3 },
  'a ratio of another type': {
    ratio: (graph) => graph.node('Cast', ['rate'], { to: DATA_TYPE.float64 }),
    isTraining: yes,
    scale: 4 / 3,
  },
  'a mode known at run time': { ratio: () => 'rate', isTraining: flag, scale: 4 / 3 },
};

/** y and dx of one run with x = 1 and dy = 1 everywhere, so that both are the factors of x. */
async function factors({ ratio, isTraining }: Case, training: number): Promise<[Tensor['data'], Tensor['data']]> {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['n']);
  graph.input('rate', 'float32', []);
  graph.input('flag', 'float32', []);
  const y = graph.node('Dropout', ['x', ratio?.(graph), isTraining(graph)], {}, { outputs: ['y'] });
  const forward = graph.output(y, 'float32').build();
  const extended = GraphBuilder.extend(forward);
  const seeds = new Map([[y, extended.constant(ONES)]]);
  const options = { nodes: forward.graph.node, types: inferTypes(forward), seeds, wanted: ['x'] };
  const dx = differentiate(extended, options).get('x') ?? '';
  const session = await ortSession(extended.output(dx, 'float32').build());
  const outputs = await session.run({ x: ONES, rate: scalar(0.25), flag: scalar(training) });
  return [outputs[y]?.data ?? [], outputs[dx]?.data ?? []];
}

describe('the gradient of Dropout keeps what the forward pass kept, with its scale', () => {
  test.each(Object.entries(CASES))('for %s', async (_, drop) => {
    const [forward, backward] = await factors(drop, 1);
    expect(forward).toContain(0);
    expect(Math.max(...Array.from(forward, Number))).toBeCloseTo(drop.scale, 6);
    for (const [at, factor] of forward.entries()) expect(Number(backward[at])).toBeCloseTo(Number(factor), 6);
  });

  test('and drops nothing in a run that is no training', async () => {
    const [forward, backward] = await factors(CASES['a mode known at run time']!, 0);
    expect(forward).toEqual(ONES.data);
    expect(backward).toEqual(ONES.data);
  });
});
