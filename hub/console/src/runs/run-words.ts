import type { RunState, RunView } from '@edgeloop/hub';
import type { Tone } from '../elements/tone.ts';

export const RUN_TONES: Readonly<Record<RunState, Tone>> = {
  training: 'busy',
  quantizing: 'busy',
  evaluating: 'busy',
  done: 'good',
  refused: 'warn',
  failed: 'bad',
  cancelled: 'plain',
};

const STEPS = [
  { state: 'training', name: 'Train', result: 'train' },
  { state: 'quantizing', name: 'Quantize', result: 'quantize' },
  { state: 'evaluating', name: 'Evaluate', result: 'evaluate' },
] as const;

export interface RunStep {
  readonly name: string;
  readonly standing: 'done' | 'in progress' | 'waiting' | 'ended' | 'not reached';
  /** 0 to 1; null unless it is in progress and the worker has said. */
  readonly share: number | null;
}

export function isRunOver({ state }: Pick<RunView, 'state'>): boolean {
  return ['done', 'refused', 'failed', 'cancelled'].includes(state);
}

/** The steps of a run in order, and how each stands. */
export function runSteps(run: RunView): readonly RunStep[] {
  const unfinished = STEPS.find(({ result }) => run.results[result] === undefined);
  const endedAt = run.state === 'failed' || run.state === 'cancelled' ? unfinished : undefined;
  return STEPS.map((step) => {
    const { state, name, result } = step;
    if (run.state === state) return { name, standing: 'in progress', share: run.progress?.share ?? null };
    if (run.results[result] !== undefined) return { name, standing: 'done', share: null };
    if (step === endedAt) return { name, standing: 'ended', share: null };
    return { name, standing: isRunOver(run) ? 'not reached' : 'waiting', share: null };
  });
}

/** One epoch as training recorded it. */
export interface EpochFigures {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Of classes. */
  readonly validationAccuracy?: number;
  /** Of numbers: share of their variance that is told. */
  readonly validationR2?: number;
}

/** What training recorded, as far as its job told. */
export interface TrainingFigures {
  readonly curve: readonly EpochFigures[];
  /** Names and values as training gave them: epochs, rows, seconds, worker, engine. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Reads the result of the training job; undefined while there is none. */
export function trainingFigures(result: unknown): TrainingFigures | undefined {
  if (!isObject(result) || !isObject(result['trainingRecord'])) return undefined;
  const { curve, ...rest } = result['trainingRecord'];
  const facts = Object.entries(rest).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return { curve: Array.isArray(curve) ? curve.filter(isEpoch) : [], facts: Object.fromEntries(facts) };
}

/** How right the model was on rows that it did not learn from, epoch by epoch; undefined where nobody said. */
export function qualityCurve(
  curve: readonly EpochFigures[],
): { readonly figure: 'accuracy' | 'r2'; readonly values: readonly (number | null)[] } | undefined {
  const figure = curve.some(({ validationR2 }) => validationR2 !== undefined) ? 'r2' : 'accuracy';
  const values = curve.map((epoch) => (figure === 'r2' ? epoch.validationR2 : epoch.validationAccuracy) ?? null);
  return values.some((value) => value !== null) ? { figure, values } : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isEpoch(value: unknown): value is EpochFigures {
  return isObject(value) && typeof value['epoch'] === 'number' && typeof value['validationLoss'] === 'number';
}
