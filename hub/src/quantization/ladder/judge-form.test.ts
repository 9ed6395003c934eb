import { describe, expect, test } from 'vitest';
import type { FormQuality } from '../../store/quantization-report.ts';
import type { Demand, Standing } from '../yardstick/yardstick.ts';
import { judgeForm, type Verdict } from './judge-form.ts';

const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 1 };

interface Figures {
  readonly name: Demand['name'];
  readonly form: number;
  readonly float: number;
}

const FIGURES = { accuracy: 'accuracy', 'ROC-AUC': 'rocAuc', R2: 'r2', agreement: 'agreement' } as const;

function standing({ name, form, float }: Figures, changed: Partial<FormQuality> = {}): Standing {
  const bounds = { low: form, high: form, drop: float - form, dropLow: float - form, dropHigh: float - form };
  const quality = { figure: FIGURES[name], value: form, rows: 1_000, ...bounds, ...changed };
  return { quality, demands: [{ name, form, float }], notes: [] };
}

interface Form {
  readonly sizeBytes?: number;
  readonly share?: number;
  readonly goals?: typeof GOALS & { readonly maxSizeShare?: number };
}

/** Half as large and as fast as a float32 form of 10,000 bytes and 0.02 ms, unless said otherwise. */
function judge(found: Standing, { sizeBytes = 5_000, share = 1, goals = GOALS }: Form = {}): Verdict {
  const form = { p50Ms: 0.02 * share, p95Ms: 0.02 * share };
  const latency = { form, other: { p50Ms: 0.02, p95Ms: 0.02 }, share, low: share, high: share };
  const options = { goals, floatBytes: 10_000, rowsAre: 'held-out rows' };
  return judgeForm({ sizeBytes, standing: found, latency }, options);
}

const accuracy = (form: number, float = 0.99): Standing => standing({ name: 'accuracy', form, float });

describe('judging a smaller form', () => {
  test('accepts a drop of exactly half a point, and refuses one row more', () => {
    expect(judge(accuracy(0.985)).misses).toEqual([]);
    expect(judge(accuracy(0.984)).misses).toEqual(['accuracy']);
  });

  test('holds weak models to one percent of what they have', () => {
    expect(judge(accuracy(0.297, 0.3)).misses).toEqual([]);
    expect(judge(accuracy(0.296, 0.3)).misses).toEqual(['accuracy']);
  });

  test('refuses what is not smaller', () => {
    const { misses, reasons } = judge(accuracy(0.99), { sizeBytes: 10_000 });
    expect(misses).toEqual(['size']);
    expect(reasons[1]).toBe('not met: 10000 bytes against 10000 of float32 (1.00 x)');
  });

  test('refuses what is not as small as asked for', () => {
    const goals = { ...GOALS, maxSizeShare: 0.3 };
    expect(judge(accuracy(0.99), { sizeBytes: 3_000, goals }).misses).toEqual([]);
    const { misses, reasons } = judge(accuracy(0.99), { sizeBytes: 3_001, goals });
    expect(misses).toEqual(['size']);
    expect(reasons[1]).toBe(
      'not met: 3001 bytes against 10000 of float32 (0.30 x), at most 0.30 x (3000 bytes) asked for',
    );
  });

  test('tells a goal of very few bytes as what it is', () => {
    const { reasons } = judge(accuracy(0.99), { goals: { ...GOALS, maxSizeShare: 1e-4 } });
    expect(reasons[1]).toBe(
      'not met: 5000 bytes against 10000 of float32 (0.50 x), at most 0.0001 x (1 byte) asked for',
    );
  });

  test('refuses forms that too few rows judge, which no later form cures', () => {
    const figures = { name: 'agreement', form: 1, float: 1 } as const;
    const { misses, reasons } = judge(standing(figures, { rows: 1, dropHigh: 0.79 }));
    expect(misses).toEqual(['evidence']);
    expect(reasons).toContain('not met: 1 held-out row is too few to tell a drop of 0.50 points; at least 30 wanted');
    expect(reasons[0]).toMatch(/ on 1 held-out row, /);
    expect(judge(standing(figures, { rows: 29, dropHigh: 0.12 })).reasons).toContain(
      'not met: 29 held-out rows are too few to tell a drop of 0.50 points; at least 30 wanted',
    );
    expect(judge(standing(figures, { rows: 30, dropHigh: 0.12 })).misses).toEqual([]);
    // Numbers with hardly any error, and goals that ask for nothing.
    expect(judge(standing(figures, { rows: 8, dropHigh: 0.001 })).misses).toEqual([]);
    const anything = { ...GOALS, maxAccuracyDrop: 1, maxRelativeDrop: 1 };
    expect(judge(standing(figures, { rows: 2, dropHigh: 0.66 }), { goals: anything }).misses).toEqual([]);
  });

  test('does not blame forms of a model whose own answers are partly chance', () => {
    const found = { ...standing({ name: 'agreement', form: 0.6, float: 1 }), selfAgreement: 0.62 };
    const { misses, reasons } = judge(found);
    expect(misses).toEqual(['evidence']);
    expect(reasons.filter((reason) => reason.startsWith('not met'))).toEqual([
      'not met: float32 agrees with itself by 62.00 % only when it is asked the same 1000 held-out rows twice: no form can be held against it',
    ]);
    expect(reasons[0]).toMatch(/^noted: 60.00 % agreement/);
    expect(judge({ ...found, selfAgreement: 0.999 }).misses).toEqual(['accuracy']);
  });

  test('refuses what is slower than float32, and lets pass what is within the noise of measuring', () => {
    expect(judge(accuracy(0.99), { share: 1.05 }).misses).toEqual([]);
    const { misses, reasons } = judge(accuracy(0.99), { share: 1.06 });
    expect(misses).toEqual(['speed']);
    expect(reasons[2]).toBe(
      'not met: slower than float32, 0.0212 ms a row against 0.0200 ms of float32 on one thread of this machine (1.06 x)',
    );
    expect(judge(accuracy(0.99), { share: 0.5 }).reasons[2]).toMatch(/^met: faster than float32, 0.0100 ms/);
    expect(judge(accuracy(0.99), { share: 1.01 }).reasons[2]).toMatch(/^met: as fast as float32/);
  });

  test('holds forms to the latency that was asked for', () => {
    const goals = { ...GOALS, maxLatencyShare: 0.5 };
    const { misses, reasons } = judge(accuracy(0.99), { share: 0.8, goals });
    expect(misses).toEqual(['speed']);
    expect(reasons[2]).toMatch(/^not met: faster than float32, .*, at most 0.50 x asked for$/);
    expect(judge(accuracy(0.99), { share: 1.8, goals: { ...GOALS, maxLatencyShare: 2 } }).misses).toEqual([]);
  });

  test('holds models of numbers to the share of the variance that they tell', () => {
    const r2 = (form: number): Standing => standing({ name: 'R2', form, float: 0.4 });
    expect(judge(r2(0.396)).misses).toEqual([]);
    expect(judge(r2(0.395)).reasons[0]).toBe(
      'not met: R2 0.3950 against 0.4000 of float32 on 1000 held-out rows, a drop of 0.0050 with a drop of 0.0040 allowed',
    );
  });

  test('holds models without labels to what float32 says', () => {
    const found = standing({ name: 'agreement', form: 0.994, float: 1 });
    expect(judge(found).reasons[0]).toBe(
      'not met: 99.40 % agreement with float32 on 1000 held-out rows, 99.50 % asked for',
    );
  });

  test('needs everything that a model of anomalies must keep', () => {
    const found = standing({ name: 'ROC-AUC', form: 0.98, float: 0.98 });
    const demands = [...found.demands, { name: 'accuracy', form: 0.98, float: 0.99 } as const];
    const { misses, reasons } = judge({ ...found, demands });
    expect(misses).toEqual(['accuracy']);
    expect(reasons[0]).toMatch(/^met: ROC-AUC 98.00 % against 98.00 %/);
    expect(reasons[1]).toMatch(/^not met: accuracy 98.00 % against 99.00 %/);
  });

  test('says when few rows do not rule out a larger drop', () => {
    const figures = { name: 'accuracy', form: 0.988, float: 0.99 } as const;
    expect(judge(standing(figures, { dropHigh: 0.0125 })).reasons.at(-1)).toBe(
      'noted: 1000 rows do not rule out a drop of up to 1.25 points (95 % interval)',
    );
    expect(judge(standing(figures, { dropHigh: 0.004 })).reasons).toHaveLength(3);
  });
});
