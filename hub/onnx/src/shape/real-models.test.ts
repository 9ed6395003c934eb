import { describe, expect, test } from 'vitest';
import type { Graph } from '../format/messages.ts';
import { withGraph } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { type Dim, toValueInfo } from '../graph/value-type.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { REAL_MODELS, type RealModelName, realModel } from '../testing/real-models.ts';
import { type InferredTypes, inferTypes } from './infer-types.ts';

interface Known {
  readonly values: number;
  readonly types: number;
  readonly ranks: number;
}

/** How much is known of the outputs of all nodes, of those inside of nodes too. */
function knownOf(graph: Graph, types: InferredTypes | undefined): Known {
  const own = graph.node.flatMap(({ output }) => output).filter((value) => value !== '');
  const inner = graph.node.flatMap(({ attribute }) =>
    attribute.flatMap(({ g }) => (g ? [knownOf(g, types?.within(g))] : [])),
  );
  const counted = (test: (value: string) => boolean): number => own.filter(test).length;
  return [...inner].reduce(
    (sum, part) => ({ values: sum.values + part.values, types: sum.types + part.types, ranks: sum.ranks + part.ranks }),
    {
      values: own.length,
      types: counted((value) => types?.typeOf(value).type !== undefined),
      ranks: counted((value) => types?.typeOf(value).dims !== undefined),
    },
  );
}

/** Values whose rank depends on what is fed: Silero squeezes a dimension only where it is 1. */
const RANKS_DECIDED_AT_RUN_TIME: Readonly<Record<RealModelName, number>> = {
  'text-detection': 0,
  'text-recognition': 0,
  'text-direction': 0,
  'voice-legacy': 0,
  voice: 64,
};

const INPUTS: Readonly<Partial<Record<RealModelName, readonly number[]>>> = {
  'text-detection': [1, 3, 64, 96],
  'text-recognition': [2, 3, 48, 80],
  'text-direction': [2, 3, 48, 192],
};

describe('inferTypes', () => {
  for (const name of REAL_MODELS) {
    test(`knows type and rank of the values of the ${name} model`, () => {
      const { graph, ...model } = realModel(name);
      const known = knownOf(graph, inferTypes({ graph, ...model }));
      expect(known.types).toBe(known.values);
      expect(known.values - known.ranks).toBe(RANKS_DECIDED_AT_RUN_TIME[name]);
    });
  }

  for (const [name, dims] of Object.entries(INPUTS)) {
    test(`is right about every value of the ${name} model, and knows every size where those of the input are known`, async () => {
      const model = realModel(name as RealModelName);
      const open = inferTypes(model);
      const fixed = inferTypes(withGraph(model, { input: [toValueInfo('x', { type: 'float32', dims })], output: [] }));
      const builder = GraphBuilder.extend(withGraph(model, { output: [] }));
      const values = model.graph.node.flatMap(({ output }) => output).filter((value) => !open.constants.has(value));
      for (const value of values) builder.output(value, open.typeOf(value).type ?? 'float32');
      const session = await ortSession(builder.build());
      const outputs = await session.run({ x: randomFloat32(seededRandom(1), dims) });
      const symbols = new Map<string, number>();
      for (const value of values) {
        expect(open.typeOf(value).type, value).toBe(outputs[value]?.type);
        expect(fixed.typeOf(value).dims, value).toEqual(outputs[value]?.dims);
        expectSizes(open.typeOf(value).dims, outputs[value]?.dims, symbols);
      }
    });
  }
});

/** Known sizes are right, and a symbol stands for one size wherever it is. */
function expectSizes(
  dims: readonly Dim[] | undefined,
  real: readonly number[] | undefined,
  symbols: Map<string, number>,
): void {
  expect(dims).toHaveLength(real?.length ?? -1);
  for (const [axis, dim] of dims?.entries() ?? []) {
    const size = real?.[axis] ?? -1;
    if (typeof dim === 'number') expect(dim).toBe(size);
    if (typeof dim === 'string') expect(symbols.get(dim) ?? size).toBe(size);
    if (typeof dim === 'string') symbols.set(dim, size);
  }
}
