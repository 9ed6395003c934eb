import { describe, expect, test } from 'vitest';
import { networkOf } from '../../../testing/layer-case.ts';
import { LAYER_CASES } from '../../../testing/layer-cases.ts';
import { parityOf } from '../../../testing/layer-parity.ts';

/** float32 sums in another order. */
const TOLERANCE = 1e-5;

describe('the export of a layer gives what TensorFlow.js gives:', () => {
  test.each(Object.entries(LAYER_CASES))('%s', async (_name, layerCase) => {
    const { below } = layerCase;
    const { difference } = await parityOf(networkOf(layerCase), below === undefined ? {} : { below });
    expect(difference).toBeLessThan(TOLERANCE);
  });
});
