import { expect, test } from 'vitest';
import { hubRig } from '../../testing/hub-rig.ts';
import type { RetrainingRecord } from '../retraining-store.ts';
import { ComparisonSchema } from './comparison.ts';

const COUNTS = { rows: 200, onlyChampion: 3, onlyChallenger: 40, pValue: 0.001 };

test('a comparison that an older worker made is one of accuracies', () => {
  const read = ComparisonSchema.parse({ ...COUNTS, championAccuracy: 0.6, challengerAccuracy: 0.9 });
  expect(read).toEqual({ ...COUNTS, figure: 'accuracy', champion: 0.6, challenger: 0.9 });
  const own = { ...COUNTS, figure: 'r2', champion: -0.2, challenger: 0.7 };
  expect(ComparisonSchema.parse(own)).toEqual(own);
});

test('the verdict of a retraining that an older hub kept is one of accuracies', async () => {
  const { store } = await hubRig();
  const verdict = { accepted: true, championAccuracy: 0.6, challengerAccuracy: 0.9, rows: 200, reasons: ['met'] };
  const record = {
    ...{ id: 'ret_1', model: 'm', alertId: null, state: 'done', championVersion: 1, dataset: null, heldOut: null },
    ...{ runId: null, comparisonJobId: null, challengerVersion: 2, verdict, rolloutId: null, reason: null },
    ...{ createdMs: 0, updatedMs: 0 },
  };
  await store.retrainings.save(record as unknown as RetrainingRecord);
  expect((await store.retrainings.find('ret_1'))?.verdict).toEqual({
    ...{ accepted: true, figure: 'accuracy', champion: 0.6, challenger: 0.9, rows: 200, reasons: ['met'] },
  });
});
