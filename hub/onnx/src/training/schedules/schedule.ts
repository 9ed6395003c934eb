import { UsageError } from '../../errors.ts';

/** How the learning rate changes, as a factor of the base rate. Warm-up comes in front of it. */
export type Schedule = (ConstantSchedule | StepSchedule | CosineSchedule | PlateauSchedule) & WarmUp;

export type ScheduleKind = Schedule['kind'];

export interface WarmUp {
  /** Steps in which the rate rises in a straight line from 1/warmUpSteps to the base rate. @default 0 */
  readonly warmUpSteps?: number;
}

export interface ConstantSchedule {
  readonly kind: 'constant';
}

export interface StepSchedule {
  /** The rate is multiplied by `factor` after every `everySteps` steps. */
  readonly kind: 'step';
  readonly everySteps: number;
  /** In (0, 1]. */
  readonly factor: number;
}

export interface CosineSchedule {
  /** The rate falls along half a cosine over `steps` steps and stays at `finalShare` of the base rate. */
  readonly kind: 'cosine';
  /** Steps after warm-up. */
  readonly steps: number;
  /** In [0, 1]. @default 0 */
  readonly finalShare?: number;
}

export interface PlateauSchedule {
  /** The rate is multiplied by `factor` when a figure such as the validation loss has stopped falling. */
  readonly kind: 'plateau';
  /** In (0, 1). */
  readonly factor: number;
  /** Figures without improvement that are waited for. */
  readonly patience: number;
  /** Share of the best figure by which a better one must be lower. @default 1e-4 */
  readonly threshold?: number;
  /** The rate does not fall below this share of the base rate. @default 0 */
  readonly leastShare?: number;
}

/** What a schedule remembers; plain JSON. Only `plateau` changes it. */
export interface ScheduleState {
  /** Present factor of the base rate. */
  readonly share: number;
  /** Lowest figure so far, `null` before the first. */
  readonly best: number | null;
  /** Figures since the last better one. */
  readonly badFigures: number;
}

export const FIRST_SCHEDULE_STATE: ScheduleState = { share: 1, best: null, badFigures: 0 };
export const DEFAULT_PLATEAU_THRESHOLD = 1e-4;

/**
 * Factor of the base learning rate at a step.
 *
 * @param step from 0
 * @throws UsageError ARGUMENT_INVALID for a schedule that makes no sense
 * @see Loshchilov and Hutter, SGDR, equation 5, for the cosine
 */
export function learningRateShare(
  schedule: Schedule,
  step: number,
  state: ScheduleState = FIRST_SCHEDULE_STATE,
): number {
  checkSchedule(schedule);
  const { warmUpSteps = 0 } = schedule;
  if (step < warmUpSteps) return (step + 1) / warmUpSteps;
  const after = step - warmUpSteps;
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(after / schedule.everySteps);
    case 'cosine': {
      const { finalShare = 0, steps } = schedule;
      const done = Math.min(1, after / steps);
      return finalShare + ((1 - finalShare) * (1 + Math.cos(Math.PI * done))) / 2;
    }
    case 'plateau':
      return state.share;
  }
}

/** The state after a figure that should fall, such as the validation loss of an epoch. */
export function scheduleAfter(schedule: Schedule, state: ScheduleState, figure: number): ScheduleState {
  if (schedule.kind !== 'plateau') return state;
  const { factor, patience, threshold = DEFAULT_PLATEAU_THRESHOLD, leastShare = 0 } = schedule;
  const limit = state.best === null ? Number.POSITIVE_INFINITY : state.best - Math.abs(state.best) * threshold;
  if (figure < limit) return { ...state, best: figure, badFigures: 0 };
  if (state.badFigures < patience) return { ...state, badFigures: state.badFigures + 1 };
  return { ...state, share: Math.max(leastShare, state.share * factor), badFigures: 0 };
}

function checkSchedule(schedule: Schedule): void {
  const { warmUpSteps = 0 } = schedule;
  requireThat(Number.isInteger(warmUpSteps) && warmUpSteps >= 0, 'warmUpSteps must be a whole number', warmUpSteps);
  if (schedule.kind === 'step') {
    requireThat(schedule.everySteps >= 1, 'everySteps must be at least 1', schedule.everySteps);
    requireThat(schedule.factor > 0 && schedule.factor <= 1, 'factor must be in (0, 1]', schedule.factor);
  }
  if (schedule.kind === 'cosine') {
    const { steps, finalShare = 0 } = schedule;
    requireThat(steps >= 1, 'steps must be at least 1', steps);
    requireThat(finalShare >= 0 && finalShare <= 1, 'finalShare must be in [0, 1]', finalShare);
  }
  if (schedule.kind === 'plateau') {
    requireThat(schedule.factor > 0 && schedule.factor < 1, 'factor must be in (0, 1)', schedule.factor);
    requireThat(schedule.patience >= 0, 'patience must be at least 0', schedule.patience);
  }
}

function requireThat(holds: boolean, expectation: string, got: number): void {
  if (!holds) throw new UsageError('ARGUMENT_INVALID', `${expectation}, got ${got}`);
}
