import { RequestError } from '../../errors.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/** What a network is trained for. */
export type Objective = ClassObjective | NumberObjective | ReconstructionObjective;

/** Logits of classes. */
export interface ClassObjective {
  readonly kind: 'classes';
  readonly classes: readonly string[];
}

/** A number, told in deviations from its mean so that networks of all units learn alike. */
export interface NumberObjective {
  readonly kind: 'number';
  readonly mean: number;
  /** 1 where all are the same. */
  readonly deviation: number;
}

/** What came in. */
export interface ReconstructionObjective {
  readonly kind: 'reconstruction';
}

/** @throws RequestError INVALID_INPUT when there is nothing to learn from these rows */
export function objectiveOf({ target, rows }: Pick<ModelRows, 'target' | 'rows'>, task: Recipe['task']): Objective {
  if (rows < 2) throw new RequestError('INVALID_INPUT', `expected at least 2 training rows, got ${rows}`);
  if (task === 'anomaly') return { kind: 'reconstruction' };
  if (target.kind === 'number') return standardized(target.values);
  const { classes } = target;
  if (classes.length >= 2) return { kind: 'classes', classes };
  throw new RequestError('INVALID_INPUT', `expected at least 2 classes to tell apart, got ${classes.length}`);
}

function standardized(values: Float32Array): NumberObjective {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / values.length);
  return { kind: 'number', mean, deviation: deviation > 0 ? deviation : 1 };
}
