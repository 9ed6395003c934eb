import { expect, test } from 'vitest';
import { mergeFrame } from '../telemetry-notice.ts';
import { addVersion, hubRig, makeWindow } from '../testing/hub-rig.ts';
import { figuresOf } from './telemetry-figures.ts';

test('a model that tells numbers has no accuracy, though devices know the true ones', async () => {
  const window = makeWindow(await addVersion(await hubRig()), 1);
  expect(figuresOf(window)).toMatchObject({ labelled: 10, trueAccuracy: 0.9 });
  const ofNumbers = { ...window, predictedClasses: [], expectations: [], confidenceBins: [], correct: 0 };
  expect(figuresOf(ofNumbers)).toMatchObject({ labelled: 0, trueAccuracy: null, estimatedAccuracy: null });
  const received = { deviceId: 'a', bootId: 'b', receivedMs: 0, item: ofNumbers };
  expect(mergeFrame([received], 0)).toMatchObject([{ trueAccuracy: null, estimatedAccuracy: null }]);
});
