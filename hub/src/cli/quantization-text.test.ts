import { expect, test } from 'vitest';
import { LadderStepSchema } from '../store/quantization-report.ts';
import { cannedReport } from '../testing/canned-report.ts';
import { quantizationText } from './quantization-text.ts';

const report = cannedReport();
const [found] = report.classes;

function ratioOf(changed: { readonly latencyShare?: number | null }): string | undefined {
  const steps = found!.steps.map((step) => LadderStepSchema.parse({ ...step, ...changed }));
  const text = quantizationText({ ...report, classes: [{ ...found!, steps }] });
  return /ms +(\d\.\d\d x)/.exec(text)?.[1];
}

test('the ratio is the share that decided, and in older reports that of the medians', () => {
  expect(ratioOf({ latencyShare: 0.61 })).toBe('0.61 x');
  expect(ratioOf({})).toBe('0.50 x');
});

test('one row is told as one', () => {
  const quality = { ...report.float.quality, rows: 1 };
  const text = quantizationText({
    ...report,
    calibration: { source: 'dataset', rows: 1 },
    float: { ...report.float, quality },
  });
  expect(text).toMatch(/ on 1 row, /);
  expect(text).toMatch(/calibration +1 row\n/);
});
