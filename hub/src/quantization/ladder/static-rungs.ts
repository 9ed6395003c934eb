import { equalizeChannels, type Model, smoothActivations } from '@edgeloop/onnx';
import type { FloatBase } from './float-base.ts';
import { insideNodes } from './inside-nodes.ts';
import type { Miss } from './judge-form.ts';
import { floatNodes, type LeftInFloat, nodesLeft } from './nodes-in-float.ts';
import type { Made, Rung, Workshop } from './rung.ts';

/** What a static rung does, as data. */
export interface StaticPlan {
  /** 'best' is chosen on calibration rows. */
  readonly calibration: 'min-max' | 'best';
  readonly left: LeftInFloat;
  readonly correctBias?: boolean;
}

interface StaticRung extends StaticPlan {
  readonly name: string;
  /** What is done to the float model first. */
  readonly transform?: keyof typeof TRANSFORMS;
  readonly cures: readonly Miss[];
}

/** Float models that compute the same and lose less in integers. */
const TRANSFORMS = {
  'channels equalized': async (base: FloatBase): Promise<Model> => equalizeChannels(base.model),
  'activations smoothed': async (base: FloatBase): Promise<Model> =>
    smoothActivations(base.model, (await base.calibrated()).maxima),
};

/** Cheapest first. */
const STATIC: readonly StaticRung[] = [
  { name: 'everything that pays', calibration: 'min-max', left: 'none', cures: [] },
  { name: 'without nodes that lose', calibration: 'min-max', left: 'losers', cures: ['accuracy', 'speed'] },
  { name: 'best calibration', calibration: 'best', left: 'slow', cures: ['accuracy'] },
  { name: 'bias correction', calibration: 'best', left: 'slow', correctBias: true, cures: ['accuracy'] },
  {
    name: 'channels equalized',
    ...{ transform: 'channels equalized', calibration: 'best', left: 'slow', correctBias: true, cures: ['accuracy'] },
  },
  {
    name: 'activations smoothed',
    ...{ transform: 'activations smoothed', calibration: 'best', left: 'slow', correctBias: true, cures: ['accuracy'] },
  },
  { name: 'many nodes in float', calibration: 'best', left: 'many', correctBias: true, cures: ['accuracy'] },
];

export const STATIC_RUNGS: readonly Rung[] = STATIC.map((rung) => ({
  name: `int8-static, ${rung.name}`,
  format: 'int8-static',
  cures: rung.cures,
  needs: ['calibration'],
  make: (workshop) => makeTransformed(rung, workshop),
}));

async function makeTransformed({ transform, ...plan }: StaticRung, workshop: Workshop): Promise<Made> {
  const { base } = workshop;
  if (transform === undefined) return makeStatic(plan, workshop);
  const transformed = await base.derived(transform, async () => {
    const model = await TRANSFORMS[transform](base);
    return model === base.model ? undefined : model;
  });
  return transformed ? makeStatic(plan, workshop, { base: transformed, what: transform }) : { kind: 'pointless' };
}

/** What was made of the float model first. */
export interface DerivedBase {
  readonly base: FloatBase;
  /** For the name of the rung. */
  readonly what: string;
}

/**
 * The static form of a float model as planned. Which nodes stay in float and how ranges are taken is found out with the
 * model as it was: names stay the same, and what costs time or accuracy hardly changes.
 */
export async function makeStatic(plan: StaticPlan, workshop: Workshop, derived?: DerivedBase): Promise<Made> {
  const { base, reduceRange } = workshop;
  const left = await leftOf(base, plan.left, workshop);
  if (typeof left === 'string') return { kind: 'refused', reason: left };
  if (plan.left === 'losers' && left.size === 0) return { kind: 'pointless' };
  const exclude = [...left.keys()];
  const method = plan.calibration === 'best' ? await base.bestMethod(exclude) : 'min-max';
  const source = derived?.base ?? base;
  const recipe = { method, exclude, reduceRange, correctBias: plan.correctBias };
  const model = await workshop.keepScales('int8-static', (previous) => source.staticForm({ ...recipe, previous }));
  const parts = [
    ...(derived === undefined ? [] : [derived.what]),
    ...(plan.correctBias ? ['bias correction'] : []),
    ...(left.size === 0 ? [] : [`${left.size} of ${base.nodes.length} nodes in float`]),
  ];
  return { kind: 'form', rung: ['int8-static', method, ...parts].join(', '), model, inFloat: floatNodes(base, left) };
}

/** The nodes that stay in float with their reasons, or why that leaves nothing to do. */
export async function leftOf(
  base: FloatBase,
  left: LeftInFloat,
  workshop: Workshop,
): Promise<ReadonlyMap<string, string> | string> {
  if (base.nodes.length === 0) {
    return `the model has no products with constant weights that integers can do${insideNodes(base.plan.kept)}`;
  }
  const reasons = await nodesLeft(base, left, workshop.missesOf('int8-static'));
  return reasons.size < base.nodes.length ? reasons : 'every node does better in float32';
}
