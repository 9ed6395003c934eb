import type { VariantFormat } from '@edgeloop/firmware-profiles';
import { InternalError } from '../../errors.ts';
import type { Metrics } from '../../store/metrics/metrics.ts';
import type { FormQuality } from '../../store/quantization-report.ts';
import type { Latency } from '../compare-latency.ts';
import type { Climb, Climbed } from './climb-class.ts';
import type { FormJudge, JudgedForm } from './form-judge.ts';
import { LADDER } from './ladder-plan.ts';

/** A form of the model, for the registry. */
export interface LadderForm extends Latency {
  /** Unique: the format, and '-7bit' where the range of weights is reduced. */
  readonly name: string;
  readonly format: VariantFormat;
  /** Names of the profiles that it is for; none: all. */
  readonly profiles: readonly string[];
  readonly model: Uint8Array;
  /** Of the model, SHA-256 hex; undefined for float32. */
  readonly digest: string | undefined;
  /** Encoded GoldenVectors. */
  readonly golden: Uint8Array;
  readonly goldenRows: number;
  readonly accepted: boolean;
  readonly reasons: readonly string[];
  readonly quality: FormQuality;
  /** Where there are labels. */
  readonly metrics: Metrics | undefined;
}

/**
 * Largest accepted deviation, of a probability or as a share of the range of the numbers. Integers round differently on
 * another processor (those of weights-only forms too, whose activations become integers block by block), half floats a
 * little, floats hardly.
 */
const TOLERANCES: Readonly<Record<VariantFormat, number>> = {
  'int8-static': 0.05,
  'int8-dynamic': 0.05,
  'int8-weights': 0.05,
  'int4-weights': 0.05,
  float16: 0.02,
  float32: 1e-3,
};

/** Formats whose weights are multiplied as integers, which can saturate. */
const RANGED: ReadonlySet<VariantFormat> = new Set(['int8-static', 'int8-dynamic']);

/** Name of a variant: 'int8-static', 'int8-static-7bit', 'float16'. */
export function variantName(format: VariantFormat, reduceRange: boolean): string {
  return reduceRange && RANGED.has(format) ? `${format}-7bit` : format;
}

interface Found {
  readonly name: string;
  readonly place: number;
  readonly climbed: Climbed;
  readonly judged: JudgedForm;
  readonly profiles: readonly string[];
}

/** What the climbs found, each form once however many classes it is for. */
export async function ladderForms(
  climbs: readonly Climb[],
  judge: FormJudge,
  floatModel: Uint8Array,
): Promise<readonly LadderForm[]> {
  const found = climbs.flatMap(foundOf);
  const accepted = merged(found.filter(({ climbed }) => climbed.step.accepted));
  const names = new Set(found.filter(({ climbed }) => climbed.step.accepted).map(({ name }) => name));
  const refused = bestRefused(
    found.filter(({ judged, name }) => !names.has(name) && judge.kept.bytesOf(judged) !== undefined),
  );
  const forms: LadderForm[] = [];
  for (const form of [...accepted, ...refused]) forms.push(await toForm(form, judge));
  return [...forms, await floatForm(judge, floatModel)];
}

/** Names of a class's accepted forms in the order in which its devices try them, float32 last. */
export function orderOf(climb: Climb, forms: readonly LadderForm[]): string[] {
  const names = foundOf(climb)
    .filter(({ climbed }) => climbed.step.accepted)
    .map(({ judged, name }) => forms.find(({ digest }) => digest === judged.digest)?.name ?? name);
  return [...names, 'float32'];
}

function foundOf({ wanted, climbed }: Climb): Found[] {
  return climbed.flatMap((entry) => {
    const { judged, rung } = entry;
    if (judged === undefined) return [];
    const name = variantName(rung.format, wanted.reduceRange);
    return [{ name, place: LADDER.indexOf(rung), climbed: entry, judged, profiles: wanted.profiles }];
  });
}

/** Equal bytes are one form, under the name of the first class. Rungs come in one order for all classes. */
function merged(found: readonly Found[]): readonly Found[] {
  const forms = new Map<string, Found>();
  for (const form of found) {
    const known = forms.get(form.judged.digest);
    const profiles = known === undefined ? form.profiles : [...new Set([...known.profiles, ...form.profiles])].sort();
    forms.set(form.judged.digest, { ...(known ?? form), profiles });
  }
  return [...forms.values()].sort((a, b) => a.place - b.place);
}

/** Of each name the one that loses least. */
function bestRefused(found: readonly Found[]): readonly Found[] {
  const best = new Map<string, Found>();
  for (const form of found) {
    const known = best.get(form.name);
    if (known === undefined || dropOf(form) < dropOf(known)) best.set(form.name, form);
  }
  return [...best.values()].sort((a, b) => a.place - b.place);
}

function dropOf({ judged }: Found): number {
  return judged.standing.quality.drop;
}

async function toForm({ name, climbed, judged, profiles }: Found, judge: FormJudge): Promise<LadderForm> {
  const { format } = climbed.rung;
  const { step } = climbed;
  const model = judge.kept.bytesOf(judged);
  if (model === undefined) throw new InternalError(`The bytes of ${name} must be kept, got ${judged.digest} dropped`);
  const golden = await judge.golden(model, TOLERANCES[format]);
  return {
    ...{ name, format, profiles, model, golden: golden.bytes, goldenRows: golden.rows },
    ...{ digest: judged.digest, accepted: step.accepted },
    reasons: [...step.reasons, `noted: made by ${step.rung}`, ...golden.notes.map((note) => `noted: ${note}`)],
    ...{ quality: judged.standing.quality, metrics: judged.standing.metrics, ...judged.latency.form },
  };
}

async function floatForm(judge: FormJudge, model: Uint8Array): Promise<LadderForm> {
  const golden = await judge.golden(model, TOLERANCES.float32);
  const reasons = [
    'kept: what the smaller forms are measured against',
    ...golden.notes.map((note) => `noted: ${note}`),
  ];
  return {
    ...{ name: 'float32', format: 'float32', profiles: [], model, golden: golden.bytes, goldenRows: golden.rows },
    ...{
      digest: undefined,
      accepted: true,
      reasons,
      quality: judge.float.quality,
      metrics: judge.float.metrics,
      ...judge.floatLatency,
    },
  };
}
