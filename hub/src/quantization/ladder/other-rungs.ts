import {
  dynamicQuantize,
  float16Weights,
  planDynamicQuantization,
  planFloat16,
  planWeightOnlyQuantization,
  toFloat16,
  weightOnlyQuantize,
} from '@edgeloop/onnx';
import type { FloatNode } from '../../store/quantization-report.ts';
import { insideNodes } from './inside-nodes.ts';
import { type FloatReasons, keptNodes, nodesLeft } from './nodes-in-float.ts';
import type { Made, Rung, Workshop } from './rung.ts';

const DYNAMIC: readonly Rung[] = [
  {
    name: 'int8-dynamic, everything that pays',
    format: 'int8-dynamic',
    cures: [],
    needs: [],
    make: async (workshop) => dynamic(workshop, new Map()),
  },
  {
    name: 'int8-dynamic, without nodes that lose',
    format: 'int8-dynamic',
    cures: ['accuracy'],
    needs: ['calibration'],
    make: async (workshop) => dynamic(workshop, await nodesLeft(workshop.base, 'losers', new Set(['accuracy']))),
  },
];

async function dynamic({ base, reduceRange, keepScales }: Workshop, left: FloatReasons): Promise<Made> {
  const exclude = [...left.keys()];
  const { quantized, kept } = planDynamicQuantization(base.model, { exclude });
  if (quantized.length === 0) {
    const reason = `no dense or recurrent layer is left that integers can do without ranges${insideNodes(kept)}`;
    return { kind: 'refused', reason };
  }
  return {
    kind: 'form',
    rung: left.size === 0 ? 'int8-dynamic' : `int8-dynamic, ${left.size} nodes in float`,
    model: await keepScales('int8-dynamic', async (previous) =>
      dynamicQuantize(base.model, { exclude, reduceRange, ...(previous ? { previous } : {}) }),
    ),
    inFloat: keptNodes(kept, left),
  };
}

const WEIGHTS: readonly Rung[] = ([8, 4] as const).map((bits) => ({
  name: `int${bits}-weights`,
  format: `int${bits}-weights` as const,
  cures: [],
  needs: [],
  make: (workshop) => weightOnly(workshop, bits),
}));

async function weightOnly({ base: { model }, keepScales }: Workshop, bits: 8 | 4): Promise<Made> {
  const format = `int${bits}-weights` as const;
  const { quantized, kept } = planWeightOnlyQuantization(model);
  if (quantized.length === 0) {
    const reason = `the model has no dense layer that is large enough to be faster that way${insideNodes(kept)}`;
    return { kind: 'refused', reason };
  }
  const inFloat: readonly FloatNode[] = keptNodes(kept, new Map());
  const form = await keepScales(format, async (previous) =>
    weightOnlyQuantize(model, { bits, ...(previous ? { previous } : {}) }),
  );
  return { kind: 'form', rung: format, model: form, inFloat };
}

const HALF: readonly Rung[] = [
  {
    name: 'float16',
    format: 'float16',
    cures: [],
    needs: [],
    make: async ({ base: { model } }) => {
      const { half, kept } = planFloat16(model);
      if (half.length === 0) {
        const inside = insideNodes(planDynamicQuantization(model).kept);
        return { kind: 'refused', reason: `no operator of the model works in half precision${inside}` };
      }
      return { kind: 'form', rung: 'float16', model: toFloat16(model), inFloat: keptNodes(kept, new Map()) };
    },
  },
  {
    // Processors without half precision compute in float32, and pay for every cast between operators.
    name: 'float16, weights only',
    format: 'float16',
    cures: ['accuracy', 'speed'],
    needs: [],
    make: async ({ base: { model } }) => ({
      kind: 'form',
      rung: 'float16, weights only',
      model: float16Weights(model),
      inFloat: [],
    }),
  },
];

/** Forms that need no ranges of activations, cheapest first. */
export const OTHER_RUNGS: readonly Rung[] = [...DYNAMIC, ...WEIGHTS, ...HALF];
