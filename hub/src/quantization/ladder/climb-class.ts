import type { VariantFormat } from '@edgeloop/firmware-profiles';
import type { LadderStep } from '../../store/quantization-report.ts';
import type { Attempt, FormAttempts } from './form-attempts.ts';
import type { JudgedForm } from './form-judge.ts';
import type { Miss } from './judge-form.ts';
import type { WantedForms } from './profile-classes.ts';
import type { Rung, Workshop } from './rung.ts';

/** A step up the ladder, with the form where one came of it. */
export interface Climbed {
  readonly step: LadderStep;
  readonly rung: Rung;
  readonly judged: JudgedForm | undefined;
}

export interface Climb {
  readonly wanted: WantedForms;
  readonly climbed: readonly Climbed[];
  readonly leftOut: readonly LeftOut[];
}

/** A rung that could not be tried for want of something. */
export interface LeftOut {
  readonly rung: Rung;
  readonly missing: Need;
}

type Need = Rung['needs'][number];

export interface ClimbOptions {
  readonly ladder: readonly Rung[];
  readonly attempts: FormAttempts;
  readonly workshop: Omit<Workshop, 'missesOf'>;
  readonly has: Readonly<Record<Need, boolean>>;
  onStep?(rung: Rung): void;
}

/** What devices try when they refuse the chosen form: another arithmetic, less dependent on the processor. */
const FALLBACKS: readonly VariantFormat[] = ['int8-dynamic', 'int8-weights'];

/**
 * Climbs until a rung meets all goals, then looks for one form of another arithmetic. Of each format only the rungs are
 * climbed that cure what a form of it failed at.
 */
export async function climbClass(wanted: WantedForms, options: ClimbOptions): Promise<Climb> {
  const climbed: Climbed[] = [];
  const leftOut: LeftOut[] = [];
  for (const rung of options.ladder) {
    if (!wanted.formats.has(rung.format) || !isWorthClimbing(rung, climbed)) continue;
    const missing = rung.needs.find((need) => !options.has[need]);
    if (missing !== undefined) {
      leftOut.push({ rung, missing });
      continue;
    }
    options.workshop.signal?.throwIfAborted();
    options.onStep?.(rung);
    const next = await climb(rung, climbed, options);
    if (next !== undefined) climbed.push(next);
  }
  return { wanted, climbed, leftOut };
}

function isWorthClimbing(rung: Rung, climbed: readonly Climbed[]): boolean {
  const accepted = climbed.filter(({ step }) => step.accepted).map(({ rung: { format } }) => format);
  const [chosen] = accepted;
  if (chosen !== undefined && (accepted.length > 1 || !fallbacksOf(chosen).includes(rung.format))) return false;
  // A second form is worth one attempt.
  const own = climbed.filter(({ rung: { format } }) => format === rung.format);
  if (rung.cures.length === 0) return own.length === 0;
  if (chosen !== undefined) return false;
  return own.some(({ judged }) => judged?.misses.every((miss) => rung.cures.includes(miss)));
}

function fallbacksOf(chosen: VariantFormat): readonly VariantFormat[] {
  const place = FALLBACKS.indexOf(chosen);
  return chosen === 'int8-static' || place !== -1 ? FALLBACKS.slice(place + 1) : [];
}

async function climb(rung: Rung, before: readonly Climbed[], options: ClimbOptions): Promise<Climbed | undefined> {
  const missesOf = (format: VariantFormat): ReadonlySet<Miss> =>
    new Set(before.filter((entry) => entry.rung.format === format).flatMap(({ judged }) => judged?.misses ?? []));
  const attempt = await options.attempts.attempt(rung, { ...options.workshop, missesOf });
  if (attempt.kind === 'pointless') return undefined;
  if (attempt.kind === 'refused') return refused(rung, attempt);
  const { judged, inFloat, tookMs } = attempt;
  if (before.some((entry) => entry.judged?.digest === judged.digest)) return undefined;
  const step: LadderStep = {
    ...{ rung: attempt.rung, format: rung.format, accepted: judged.misses.length === 0, reasons: judged.reasons },
    ...{ quality: judged.standing.quality, sizeBytes: judged.sizeBytes, inFloat, tookMs },
    ...{ ...judged.latency.form, floatP50Ms: judged.latency.other.p50Ms, latencyShare: judged.latency.share },
  };
  return { step, rung, judged };
}

function refused(rung: Rung, { rung: name, reason, tookMs }: Extract<Attempt, { kind: 'refused' }>): Climbed {
  const nothing = { quality: null, sizeBytes: null, p50Ms: null, p95Ms: null, floatP50Ms: null, inFloat: [] };
  const step = {
    rung: name,
    format: rung.format,
    accepted: false,
    reasons: [`not made: ${reason}`],
    ...nothing,
    tookMs,
  };
  return { step, rung, judged: undefined };
}
