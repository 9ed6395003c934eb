import { FIRST_SCHEDULE_STATE, learningRateShare, scheduleAfter } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { type RecipeInput, RecipeSchema } from '../../store/recipe/recipe.ts';
import { type TrainingPlan, trainingPlan } from './training-plan.ts';

/** 95 rows in batches of 10 are ten steps an epoch. */
const LABELS = Int32Array.from({ length: 95 }, (_, row) => Number(row < 19));

function planOf(recipe: RecipeInput) {
  const parsed = RecipeSchema.parse({ epochs: 4, batchSize: 10, ...recipe });
  const objective = { kind: 'classes', classes: { length: 2 } } as const;
  return trainingPlan(parsed, 7, { rows: LABELS.length, labels: LABELS, objective });
}

/** Shares of the learning rate at these steps. */
function sharesOf(recipe: RecipeInput, steps: readonly number[]): number[] {
  const { schedule } = planOf(recipe);
  return steps.map((step) => Number(learningRateShare(schedule, step).toFixed(4)));
}

/** Of a row of class 0 with even odds, and one of class 1 with odds of 3 to 1 against it. */
function validationLoss(plan: TrainingPlan): number {
  const tally = plan.tally();
  const logits = Float32Array.of(0, 0, Math.log(3), 0);
  tally.add(logits, { rows: 2, values: new Float32Array(), labels: Int32Array.of(0, 1) });
  return tally.figures().validationLoss;
}

describe('the learning rate of a recipe', () => {
  test('falls along a cosine over all epochs unless it says otherwise', () => {
    expect(sharesOf({}, [0, 20, 40])).toEqual([1, 0.5, 0]);
    expect(sharesOf({ schedule: { kind: 'cosine', finalShare: 0.2, warmUpEpochs: 1 } }, [0, 9, 10, 25, 40])).toEqual([
      0.1, 1, 1, 0.6, 0.2,
    ]);
  });

  test('falls every so many epochs, parts of one too', () => {
    const schedule = { kind: 'step', everyEpochs: 1.5, factor: 0.1 } as const;
    expect(sharesOf({ schedule }, [0, 14, 15, 30])).toEqual([1, 1, 0.1, 0.01]);
  });

  test('stays, or waits for a plateau', () => {
    expect(sharesOf({ schedule: { kind: 'constant', warmUpEpochs: 0.5 } }, [0, 4, 30])).toEqual([0.2, 1, 1]);
    const { schedule } = planOf({ schedule: { kind: 'plateau', patience: 1, factor: 0.5 } });
    const after = [0.7, 0.7, 0.7].reduce((state, loss) => scheduleAfter(schedule, state, loss), FIRST_SCHEDULE_STATE);
    expect(learningRateShare(schedule, 30, after)).toBe(0.5);
  });
});

describe('the training graph of a recipe', () => {
  test('is AdamW on cross-entropy by default', () => {
    expect(planOf({}).graphOptions('logits')).toEqual({
      loss: { kind: 'softmax-cross-entropy', output: 'logits', labelSmoothing: 0 },
      optimizer: { kind: 'adamw', weightDecay: 0 },
      seed: 7,
    });
  });

  test('has what the recipe asks for', () => {
    const recipe: RecipeInput = {
      ...{ optimizer: { kind: 'sgd', momentum: 0.9 }, weightDecay: 0.01, gradientClipping: 2, averageDecay: 0.99 },
      ...{ loss: { kind: 'focal' }, classWeights: 'balanced' },
    };
    // 19 rows of class 1 weigh as much as 76 of class 0.
    const weights = Float32Array.of(95 / (2 * 76), 95 / (2 * 19));
    expect(planOf(recipe).graphOptions('logits')).toEqual({
      loss: { kind: 'focal', output: 'logits', gamma: 2, alpha: weights },
      optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
      ...{ clipNorm: 2, averageDecay: 0.99, seed: 7 },
    });
    expect(validationLoss(planOf(recipe))).toBeCloseTo(
      (weights[0]! * Math.log(2) + weights[1]! * Math.log(4)) / 3.125,
      6,
    );
  });

  test('does not weigh classes that are dealt evenly, but stops by their mean', () => {
    const plan = planOf({ sampling: 'balanced' });
    expect(plan.graphOptions('logits').loss).not.toHaveProperty('classWeights');
    expect(validationLoss(plan)).toBeCloseTo((0.625 * Math.log(2) + 2.5 * Math.log(4)) / 3.125, 6);
  });
});

describe('a recipe', () => {
  for (const [what, recipe, path] of [
    ['balances classes twice', { sampling: 'balanced', classWeights: 'balanced' }, 'sampling'],
    ['looks ahead without momentum', { optimizer: { kind: 'sgd', nesterov: true } }, 'optimizer'],
    ['has options of another optimizer', { optimizer: { kind: 'adam', momentum: 0.9 } }, 'optimizer'],
    ['has an unknown schedule', { schedule: { kind: 'sawtooth' } }, 'schedule'],
    ['clips at nothing', { gradientClipping: 0 }, 'gradientClipping'],
    ['keeps all of the average', { averageDecay: 1 }, 'averageDecay'],
    ['names a column twice', { features: ['a', 'b', 'a'] }, 'features'],
    ['smooths labels away', { loss: { kind: 'cross-entropy', labelSmoothing: 1 } }, 'loss'],
    ['takes a checkpoint every no steps', { checkpointSteps: 0 }, 'checkpointSteps'],
  ] as const) {
    test(`is refused when it ${what}`, () => {
      const { error } = RecipeSchema.safeParse(recipe);
      expect(error?.issues[0]?.path[0]).toBe(path);
    });
  }
});
