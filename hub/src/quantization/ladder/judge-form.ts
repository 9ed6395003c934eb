import type { QuantizationGoals } from '../../store/recipe/recipe.ts';
import type { LatencyComparison } from '../compare-latency.ts';
import type { Demand, Standing } from '../yardstick/yardstick.ts';

/** What was measured of one form of a model. */
export interface MeasuredForm {
  readonly sizeBytes: number;
  readonly standing: Standing;
  /** Beside float32. */
  readonly latency: LatencyComparison;
}

/** What a form may fail at: 'evidence' where the rows cannot tell whether it keeps its quality, which nothing cures. */
export type Miss = 'accuracy' | 'evidence' | 'size' | 'speed';

export interface Verdict {
  readonly misses: readonly Miss[];
  /** One sentence each. */
  readonly reasons: readonly string[];
}

export interface JudgeOptions {
  readonly goals: QuantizationGoals;
  readonly floatBytes: number;
  /** 'held-out rows' */
  readonly rowsAre: string;
}

/**
 * A form whose median time is above the limit by no more than this counts as within it. Repeated measurements of one and
 * the same file against itself, in turn on a machine with other work, differ by up to that much.
 */
export const SAME_SPEED = 0.05;

/** Fewer rows tell hardly anything of a drop: of 29, all alike in both forms, the interval still holds 12 points. */
const FEWEST_ROWS = 30;
/** Numbers say more than classes: their interval may lie within the goal with fewer rows, but not with any. */
const FEWEST_ROWS_OF_NUMBERS = 8;

/** Accepts a smaller form that keeps its quality, is small enough, and is not slower than allowed. */
export function judgeForm({ sizeBytes, standing, latency }: MeasuredForm, options: JudgeOptions): Verdict {
  const { goals, floatBytes, rowsAre } = options;
  const { quality, demands } = standing;
  const sizeShare = sizeBytes / floatBytes;
  const isSmall = sizeShare < 1 && sizeShare <= (goals.maxSizeShare ?? 1);
  const isKept = demands.every((demand) => keeps(demand, goals));
  const isFast = latency.share <= goals.maxLatencyShare * (1 + SAME_SPEED);
  const size = `${bytesText(sizeBytes)} against ${floatBytes} of float32 (${sizeShare.toFixed(2)} x)`;
  const wanted = goals.maxSizeShare === undefined ? '' : sizeGoal(goals.maxSizeShare, floatBytes);
  const rows = rowsText(quality.rows, rowsAre);
  const unknown = evidenceMissing(standing, goals, rows);
  // A form is not blamed for what cannot be told.
  const missed = unknown.length > 0 ? 'noted' : met(false);
  const demanded = (demand: Demand): string => (keeps(demand, goals) ? met(true) : missed);
  return {
    misses: [
      ...missIf(!isKept && unknown.length === 0, 'accuracy'),
      ...missIf(unknown.length > 0, 'evidence'),
      ...missIf(!isSmall, 'size'),
      ...missIf(!isFast, 'speed'),
    ],
    reasons: [
      ...demands.map((demand) => `${demanded(demand)}: ${demandSentence(demand, goals, rows)}`),
      ...unknown.map((reason) => `not met: ${reason}`),
      `${met(isSmall)}: ${size}${wanted}`,
      `${met(isFast)}: ${speedSentence(latency, goals.maxLatencyShare)}`,
      ...doubtSentence(standing, goals),
      ...standing.notes.map((note) => `noted: ${note}`),
    ],
  };
}

function missIf(isMissed: boolean, miss: Miss): Miss[] {
  return isMissed ? [miss] : [];
}

/** Whether a figure falls by no more than is allowed. */
export function keeps(demand: Demand, goals: QuantizationGoals): boolean {
  // Shares of whole rows: a drop of exactly what is allowed must not fail on rounding.
  return demand.float - demand.form <= allowedDrop(demand, goals) + 1e-9;
}

function allowedDrop({ float }: Demand, { maxAccuracyDrop, maxRelativeDrop }: QuantizationGoals): number {
  return Math.min(maxAccuracyDrop, maxRelativeDrop * Math.abs(float));
}

function demandSentence(demand: Demand, goals: QuantizationGoals, rows: string): string {
  const { name, form, float } = demand;
  const [drop, allowed] = [float - form, allowedDrop(demand, goals)];
  const change = drop < 0 ? 'gain' : 'drop';
  if (name === 'agreement') {
    return `${percent(form)} agreement with float32 on ${rows}, ${percent(1 - allowed)} asked for`;
  }
  const rest = `of float32 on ${rows}, a ${change} of`;
  if (name === 'R2') {
    return `${name} ${form.toFixed(4)} against ${float.toFixed(4)} ${rest} ${Math.abs(drop).toFixed(4)} with a drop of ${allowed.toFixed(4)} allowed`;
  }
  return `${name} ${percent(form)} against ${percent(float)} ${rest} ${points(Math.abs(drop))} points with a drop of ${points(allowed)} allowed`;
}

function speedSentence({ form, other, share }: LatencyComparison, limit: number): string {
  const figures = `${form.p50Ms.toFixed(4)} ms a row against ${other.p50Ms.toFixed(4)} ms of float32 on one thread of this machine (${share.toFixed(2)} x)`;
  const wanted = limit === 1 ? '' : `, at most ${limit.toFixed(2)} x asked for`;
  if (share > 1 + SAME_SPEED) return `slower than float32, ${figures}${wanted}`;
  const word = share < 1 - SAME_SPEED ? 'faster than' : 'as fast as';
  return `${word} float32, ${figures}${wanted}`;
}

/** Why the rows cannot tell a drop; nothing where they can, or where any drop will do. */
function evidenceMissing(
  { quality, demands, selfAgreement = 1 }: Standing,
  goals: QuantizationGoals,
  rows: string,
): string[] {
  const [demand] = demands;
  if (demand === undefined || (goals.maxAccuracyDrop >= 1 && goals.maxRelativeDrop >= 1)) return [];
  const allowed = allowedDrop(demand, goals);
  if (selfAgreement < 1 - allowed) {
    return [
      `float32 agrees with itself by ${percent(selfAgreement)} only when it is asked the same ${rows} twice: no form can be held against it`,
    ];
  }
  const ofNumbers = demand.name === 'R2' || demand.name === 'agreement';
  const isSure = ofNumbers && quality.dropHigh <= allowed && quality.rows >= FEWEST_ROWS_OF_NUMBERS;
  if (quality.rows >= FEWEST_ROWS || isSure) return [];
  const verb = quality.rows === 1 ? 'is' : 'are';
  const drop = quality.figure === 'r2' ? allowed.toFixed(4) : `${points(allowed)} points`;
  return [`${rows} ${verb} too few to tell a drop of ${drop}; at least ${FEWEST_ROWS} wanted`];
}

/** '1 held-out row' */
function rowsText(rows: number, rowsAre: string): string {
  return `${rows} ${rows === 1 ? rowsAre.replace(/\brows\b/, 'row') : rowsAre}`;
}

/** Bytes too, as a goal may be far below any digit of a share. */
function sizeGoal(share: number, floatBytes: number): string {
  const told = share < 0.01 ? String(Number(share.toPrecision(2))) : share.toFixed(2);
  return `, at most ${told} x (${bytesText(Math.round(share * floatBytes))}) asked for`;
}

function bytesText(bytes: number): string {
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
}

/** Few rows leave open on which side of the limit the drop lies. */
function doubtSentence({ quality, demands }: Standing, goals: QuantizationGoals): string[] {
  const [demand] = demands;
  if (demand === undefined || quality.figure === 'agreement') return [];
  const allowed = allowedDrop(demand, goals);
  if (quality.drop > allowed || quality.dropHigh <= allowed) return [];
  const bound = quality.figure === 'r2' ? quality.dropHigh.toFixed(4) : `${points(quality.dropHigh)} points`;
  return [`noted: ${rowsText(quality.rows, 'rows')} do not rule out a drop of up to ${bound} (95 % interval)`];
}

function met(isMet: boolean): string {
  return isMet ? 'met' : 'not met';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function points(share: number): string {
  return (100 * share).toFixed(2);
}
