import { type FirmwareProfile, profileNamed, type VariantFormat } from '@edgeloop/firmware-profiles';
import { type Model, writeModel } from '@edgeloop/onnx';
import type { GraphRunner } from '../graph-engine.ts';
import { climbLadder, type LadderInput, type LadderResult } from '../quantization/ladder/climb-ladder.ts';
import { agreement } from '../quantization/yardstick/agreement.ts';
import type { Yardstick } from '../quantization/yardstick/yardstick.ts';
import type { QuantizationGoals } from '../store/recipe/recipe.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { TimedEngine } from './timed-engine.ts';
import { wideNetwork, wideRows } from './wide-network.ts';

export const ORT: OrtEngine = new OrtEngine();
/** Random networks are unsure of more rows than trained ones. */
export const GOALS: QuantizationGoals = { maxAccuracyDrop: 0.03, maxRelativeDrop: 0.03, maxLatencyShare: 1 };
const MACHINE = {
  ...{ architecture: 'x64', cpuModel: 'a processor', cpuFlags: ['sse2', 'avx2', 'avx512_vnni'] },
  ...{ deviceTreeModel: '', cores: 2, memoryBytes: 2 ** 33 },
};

/** A profile that takes these formats. */
export function profile(name: string, formats: readonly VariantFormat[], reduceRange = false): FirmwareProfile {
  const base = profileNamed('x86-vnni');
  const figure = <T>(value: T) => ({ value, source: 'made for this test' });
  return { ...base, name, model: { ...base.model, variants: figure(formats), reduceRange: figure(reduceRange) } };
}

/** What most profiles take. */
export const INT8: readonly VariantFormat[] = ['int8-static', 'int8-dynamic', 'float32'];

/** Integers are twice as fast, or as fast as said. */
export function engine(integerMs = 0.5): TimedEngine {
  const isInteger = ({ graph }: Model): boolean => graph.initializer.some(({ dataType }) => dataType === 3);
  return new TimedEngine(ORT, (model) => (isInteger(model) ? integerMs : 1));
}

/** Climbs for a small network that nobody labelled, on an engine that tells time by itself. */
export function climb(
  changed: Partial<LadderInput> & { readonly timed?: TimedEngine; readonly model?: Model } = {},
): Promise<LadderResult> {
  const { timed = engine(), model = wideNetwork(), ...rest } = changed;
  return climbLadder({
    ...{ floatModel: writeModel(model), calibration: wideRows(200), yardstick: agreement(wideRows(400, 6)) },
    ...{ profiles: [profile('gateway', INT8)], goals: GOALS, engine: timed, nowMs: timed.nowMs, machine: MACHINE },
    ...rest,
  });
}

const FAIR = agreement(wideRows(400, 6));
/** Nothing but float32 itself is good enough for it. */
export const HARSH: Yardstick = {
  ...FAIR,
  hold: async (float) => {
    const held = await FAIR.hold(float);
    const measure = async (form: GraphRunner) => {
      const { quality } = await held.measure(form);
      const demands = [{ name: 'agreement', form: 0.5, float: 1 } as const];
      return { quality: { ...quality, value: 0.5, drop: 0.5 }, notes: [], demands };
    };
    return { ...held, measure };
  },
};

/** Names of the forms, with whether they were accepted. */
export const namesOf = ({ forms }: LadderResult): unknown[] => forms.map(({ name, accepted }) => [name, accepted]);
