import { fakeQuantize, type Model, pruneChannels, staticQuantize, withoutFakeQuantize } from '@edgeloop/onnx';
import { floatNodes } from './nodes-in-float.ts';
import type { Made, Rung, Workshop } from './rung.ts';
import { leftOf, makeStatic } from './static-rungs.ts';

/** Enough to get used to rounding, few enough to forget nothing. */
const EPOCHS_AWARE = 3;
/** What went with the channels has to be learned again. */
const EPOCHS_PRUNED = 5;

const AWARE: Rung = {
  name: 'int8-static, quantization-aware fine-tuning',
  format: 'int8-static',
  cures: ['accuracy'],
  needs: ['calibration', 'fine-tuning'],
  make: makeAware,
};

/** Trains the weights with the rounding that they will have. */
async function makeAware(workshop: Workshop): Promise<Made> {
  const { base, reduceRange, fineTune, signal } = workshop;
  const left = await leftOf(base, 'slow', workshop);
  if (typeof left === 'string') return { kind: 'refused', reason: left };
  if (fineTune === undefined) return { kind: 'refused', reason: 'there is nothing to train with' };
  const options = { exclude: [...left.keys()], reduceRange };
  const method = await base.bestMethod(options.exclude);
  const { ranges } = await base.calibrated(method);
  const what = JSON.stringify(['trained', method, options]);
  const trained = await base.derived(what, async () => {
    const fake = fakeQuantize(base.model, ranges, options);
    const tuned = await fineTune({ model: fake, reason: 'quantization-aware', epochs: EPOCHS_AWARE, signal });
    return withoutFakeQuantize(tuned, base.model);
  });
  if (trained === undefined) return { kind: 'pointless' };
  return {
    kind: 'form',
    rung: `int8-static, ${method}, quantization-aware fine-tuning`,
    model: await workshop.keepScales('int8-static', async (previous) =>
      staticQuantize(trained.model, ranges, { ...options, ...(previous ? { previous } : {}) }),
    ),
    inFloat: floatNodes(base, left),
  };
}

/** Shares of the channels of each layer that go. */
const PRUNED_SHARES = [0.25, 0.5];

const PRUNED: readonly Rung[] = PRUNED_SHARES.map((share) => ({
  name: `int8-static, ${100 * share} % of the channels pruned`,
  format: 'int8-static',
  cures: ['size', 'speed'],
  needs: ['calibration', 'fine-tuning', 'size goal'],
  make: (workshop) => makePruned(share, workshop),
}));

/** Takes channels out, trains what is left, and makes integers of that. */
async function makePruned(share: number, workshop: Workshop): Promise<Made> {
  const { base, fineTune, signal } = workshop;
  if (fineTune === undefined) return { kind: 'refused', reason: 'there is nothing to train with' };
  const what = `${100 * share} % of the channels pruned`;
  const pruned = await base.derived(what, async (): Promise<Model | undefined> => {
    const { model, layers } = pruneChannels(base.model, { share });
    if (layers.length === 0) return undefined;
    return fineTune({ model, reason: 'pruning', epochs: EPOCHS_PRUNED, signal });
  });
  if (pruned === undefined) return { kind: 'refused', reason: 'no layer can do with fewer channels' };
  return makeStatic({ calibration: 'best', left: 'slow', correctBias: true }, workshop, { base: pruned, what });
}

/** Last before giving up: they take as long as training. */
export const TRAINING_RUNGS: readonly Rung[] = [AWARE, ...PRUNED];
