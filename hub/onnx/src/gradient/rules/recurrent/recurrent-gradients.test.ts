import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../../../format/attributes.ts';
import { KNOWLEDGE, RUNS, TOLERANCE_FLOAT32 } from '../../../testing/gradient-arbitraries.ts';
import { gradientError } from '../../../testing/gradient-check.ts';
import {
  arbitraryRecurrentForm,
  type RecurrentForm,
  type RecurrentOperator,
  recurrentOutputs,
  recurrentPoint,
} from '../../../testing/recurrent-layers.ts';
import { RECURRENT_GRADIENTS } from './recurrent-gradients.ts';

interface Case {
  readonly operator: RecurrentOperator;
  readonly name: string;
  readonly attributes?: (form: RecurrentForm) => Record<string, AttributeValue>;
}

const CASES: readonly Case[] = [{ operator: 'LSTM', name: 'LSTM' }];

// ONNX Runtime has no float64 kernels of these operators.
describe.each(KNOWLEDGE)('gradients agree with finite differences, knowing %s', (knowledge) => {
  for (const { operator, name, attributes } of CASES) {
    test(`of ${name} in every form`, async () => {
      const check = fc.asyncProperty(arbitraryRecurrentForm, async (form) => {
        const point = recurrentPoint(operator, form);
        const error = await gradientError(
          point,
          (graph) => recurrentOutputs(graph, operator, form, attributes?.(form)),
          knowledge,
        );
        expect(error).toBeLessThan(TOLERANCE_FLOAT32);
      });
      await fc.assert(check, { ...RUNS, numRuns: 40 });
    });
  }
});

test('every rule of this folder is checked above', () => {
  const checked = new Set(CASES.map(({ operator }) => operator));
  expect([...checked].sort()).toEqual(Object.keys(RECURRENT_GRADIENTS).sort());
});
