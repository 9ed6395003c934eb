import type { RunView } from '@edgeloop/hub';
import { describe, expect, test } from 'vitest';
import { qualityCurve, runSteps, trainingFigures } from './run-words.ts';

function run(changes: Partial<RunView>): RunView {
  return {
    id: 'run-1',
    model: 'shuttle',
    state: 'training',
    dataset: { name: 'shuttle', version: 1, digest: '' },
    heldOut: null,
    recentFromRow: null,
    recipe: {},
    seed: 1,
    cause: { kind: 'request', ref: 'admin' },
    jobId: 'j1',
    results: {},
    version: null,
    error: null,
    createdMs: 0,
    updatedMs: 0,
    progress: null,
    checkpoint: null,
    ...changes,
  };
}

describe('runSteps', () => {
  test('the present step shows how far its worker is', () => {
    const progress = { share: 0.4, stage: 'epoch 8', figures: {} };
    const steps = runSteps(run({ state: 'quantizing', results: { train: {} }, progress }));
    expect(steps.map(({ standing, share }) => [standing, share])).toEqual([
      ['done', null],
      ['in progress', 0.4],
      ['waiting', null],
    ]);
  });

  test('a run that failed or was cancelled ended in a step, and never reaches the rest', () => {
    const standings = (changes: Partial<RunView>) => runSteps(run(changes)).map(({ standing }) => standing);
    expect(standings({ state: 'failed' })).toEqual(['ended', 'not reached', 'not reached']);
    expect(standings({ state: 'cancelled', results: { train: {} } })).toEqual(['done', 'ended', 'not reached']);
  });
});

describe('trainingFigures', () => {
  test('takes the curve apart from the single figures', () => {
    const epoch = { epoch: 1, trainLoss: 0.3, validationLoss: 0.2, validationAccuracy: 0.9 };
    const record = { epochs: 1, worker: 'w1', ignoredColumns: ['time'], curve: [epoch] };
    expect(trainingFigures({ trainingRecord: record })).toEqual({ curve: [epoch], facts: { epochs: 1, worker: 'w1' } });
  });

  test('has nothing to say before training is done', () => {
    expect(trainingFigures(undefined)).toBeUndefined();
    expect(trainingFigures({})).toBeUndefined();
  });
});

describe('qualityCurve', () => {
  const epoch = { epoch: 1, trainLoss: 0.3, validationLoss: 0.2 };

  test('is the accuracy of classes, and the told variance of numbers', () => {
    expect(qualityCurve([{ ...epoch, validationAccuracy: 0.9 }, epoch])).toEqual({
      figure: 'accuracy',
      values: [0.9, null],
    });
    expect(qualityCurve([{ ...epoch, validationR2: 0.4 }])).toEqual({ figure: 'r2', values: [0.4] });
  });

  test('is not there where nobody measured it', () => {
    expect(qualityCurve([epoch])).toBeUndefined();
    expect(qualityCurve([])).toBeUndefined();
  });
});
