import type { Model } from '@edgeloop/onnx';
import type { FloatBase } from './float-base.ts';
import type { Miss } from './judge-form.ts';
import { floatNodes, type LeftInFloat, nodesLeft } from './nodes-in-float.ts';
import type { Made, Rung, Workshop } from './rung.ts';

/** What a static rung does, as data. */
interface StaticPlan {
  readonly name: string;
  /** 'best' is chosen on calibration rows. */
  readonly calibration: 'min-max' | 'best';
  readonly left: LeftInFloat;
  readonly correctBias?: boolean;
  readonly cures: readonly Miss[];
}

/** Cheapest first. */
const PLANS: readonly StaticPlan[] = [
  { name: 'everything that pays', calibration: 'min-max', left: 'none', cures: [] },
  { name: 'without nodes that lose', calibration: 'min-max', left: 'losers', cures: ['accuracy', 'speed'] },
  { name: 'best calibration', calibration: 'best', left: 'slow', cures: ['accuracy'] },
  { name: 'bias correction', calibration: 'best', left: 'slow', correctBias: true, cures: ['accuracy'] },
  { name: 'many nodes in float', calibration: 'best', left: 'many', correctBias: true, cures: ['accuracy'] },
];

export const STATIC_RUNGS: readonly Rung[] = PLANS.map((plan) => ({
  name: `int8-static, ${plan.name}`,
  format: 'int8-static',
  cures: plan.cures,
  needs: ['calibration'],
  make: (workshop) => makeStatic(workshop.base, plan, workshop),
}));

/** The static form of a float model as planned; its weights are those of `base`. */
export async function makeStatic(
  base: FloatBase,
  plan: Pick<StaticPlan, 'calibration' | 'left' | 'correctBias'>,
  workshop: Workshop,
  extra?: string,
): Promise<Made> {
  if (base.nodes.length === 0) return { kind: 'refused', reason: NOTHING_TO_QUANTIZE };
  const left = await nodesLeft(base, plan.left, workshop.missesOf('int8-static'));
  if (plan.left === 'losers' && left.size === 0) return { kind: 'pointless' };
  if (left.size >= base.nodes.length) return { kind: 'refused', reason: 'every node does better in float32' };
  const exclude = [...left.keys()];
  const method = plan.calibration === 'best' ? await base.bestMethod(exclude) : 'min-max';
  const previous: Model | undefined = await workshop.previous('int8-static');
  const { reduceRange } = workshop;
  const model = await base.staticForm({ method, exclude, reduceRange, correctBias: plan.correctBias, previous });
  const parts = [
    ...(extra === undefined ? [] : [extra]),
    ...(plan.correctBias ? ['bias correction'] : []),
    ...(left.size === 0 ? [] : [`${left.size} of ${base.nodes.length} nodes in float`]),
  ];
  return {
    kind: 'form',
    rung: ['int8-static', method, ...parts].join(', '),
    model,
    inFloat: floatNodes(base, left),
  };
}

const NOTHING_TO_QUANTIZE = 'the model has no products with constant weights that integers can do';
