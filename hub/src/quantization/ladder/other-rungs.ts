import { dynamicQuantize } from '@edgeloop/onnx';
import { floatNodes, nodesLeft } from './nodes-in-float.ts';
import type { Made, Rung, Workshop } from './rung.ts';

const DYNAMIC_RUNGS: readonly Rung[] = [
  {
    name: 'int8-dynamic, everything that pays',
    format: 'int8-dynamic',
    cures: [],
    needs: [],
    make: async ({ base, reduceRange }) => ({
      kind: 'form',
      rung: 'int8-dynamic',
      model: dynamicQuantize(base.model, { reduceRange }),
      inFloat: floatNodes(base, new Map()),
    }),
  },
  {
    name: 'int8-dynamic, without nodes that lose',
    format: 'int8-dynamic',
    cures: ['accuracy'],
    needs: ['calibration'],
    make: makeDynamicWithout,
  },
];

async function makeDynamicWithout({ base, reduceRange }: Workshop): Promise<Made> {
  if (base.nodes.length === 0) return { kind: 'pointless' };
  const left = await nodesLeft(base, 'losers', new Set(['accuracy'] as const));
  if (left.size >= base.nodes.length) return { kind: 'refused', reason: 'every node does better in float32' };
  return {
    kind: 'form',
    rung: `int8-dynamic, ${left.size} of ${base.nodes.length} nodes in float`,
    model: dynamicQuantize(base.model, { exclude: [...left.keys()], reduceRange }),
    inFloat: floatNodes(base, left),
  };
}

/** Forms that need no static ranges, cheapest first. */
export const OTHER_RUNGS: readonly Rung[] = DYNAMIC_RUNGS;
