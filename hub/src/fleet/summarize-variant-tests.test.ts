import { describe, expect, it } from 'vitest';
import type { VariantTestRecord } from '../store/variant-test-store.ts';
import { summarizeVariantTests, variantRefusals } from './summarize-variant-tests.ts';

const GATEWAY = { profile: 'x86-gateway', architecture: 'x64', machine: 'i5-6200U', cpuFlags: ['avx2'] };
const PI = { profile: 'raspberry-pi-4', architecture: 'arm64', machine: 'Raspberry Pi 4', cpuFlags: ['asimd'] };

function test(deviceId: string, variant: string, change: Partial<VariantTestRecord> = {}): VariantTestRecord {
  return {
    ...{
      deviceId,
      model: 'pump',
      version: 1,
      variant,
      passed: true,
      largestDeviation: 0.01,
      tolerance: 0.05,
      rows: 32,
    },
    ...{ p50Ms: 1, p95Ms: 2, rssBytes: 1e8, problem: null, atMs: 1, receivedMs: 2, hardware: PI, ...change },
  };
}

const refused = (deviceId: string, message: string, change: Partial<VariantTestRecord> = {}): VariantTestRecord => {
  const problem = { code: 'SELF_TEST_FAILED', message };
  return test(deviceId, 'int8-static', { passed: false, hardware: GATEWAY, problem, ...change });
};

describe('the summary of tests', () => {
  it('has a line for each profile and variant, with counts, the largest deviation and medians', () => {
    const summary = summarizeVariantTests([
      test('a', 'int8-static', { p50Ms: 1, largestDeviation: 0.02 }),
      test('b', 'int8-static', { p50Ms: 9, largestDeviation: 0.04 }),
      test('c', 'int8-static', { p50Ms: 2, rssBytes: 3e8 }),
      refused('d', 'off', { largestDeviation: 0.7 }),
      test('d', 'float32', { hardware: GATEWAY }),
    ]);
    expect(summary).toMatchObject([
      { profile: 'raspberry-pi-4', variant: 'int8-static', passed: 3, refused: 0, largestDeviation: 0.04, p50Ms: 2 },
      { profile: 'x86-gateway', variant: 'int8-static', passed: 0, refused: 1, largestDeviation: 0.7, tolerance: 0.05 },
      { profile: 'x86-gateway', variant: 'float32', passed: 1, refused: 0, largestDeviation: 0.01 },
    ]);
    // The lower one of two in the middle is a value that was measured.
    expect(summarizeVariantTests([test('a', 'x', { p50Ms: 3 }), test('b', 'x', { p50Ms: 5 })])[0]?.p50Ms).toBe(3);
  });

  it('has no figures where every test broke off, and leaves those that did out of the others', () => {
    const broken = { largestDeviation: null, tolerance: null, rows: null, p50Ms: null, p95Ms: null, rssBytes: null };
    const [alone] = summarizeVariantTests([refused('a', 'SIGKILL', broken)]);
    expect(alone).toMatchObject({
      refused: 1,
      ...{ largestDeviation: null, tolerance: null, p50Ms: null, rssBytes: null },
    });
    const [mixed] = summarizeVariantTests([test('a', 'x', { p50Ms: 4 }), test('b', 'x', { ...broken, passed: false })]);
    expect(mixed).toMatchObject({ passed: 1, refused: 1, p50Ms: 4, largestDeviation: 0.01 });
    expect(summarizeVariantTests([])).toEqual([]);
  });
});

describe('the hardware that refused', () => {
  it('is told once for devices of the same kind, with each reason once', () => {
    expect(
      variantRefusals([refused('a', 'off'), refused('b', 'off'), refused('c', 'crashed'), test('d', 'float32')]),
    ).toEqual([
      {
        ...{ ...GATEWAY, variant: 'int8-static', devices: ['a', 'b', 'c'] },
        reasons: ['off [SELF_TEST_FAILED]', 'crashed [SELF_TEST_FAILED]'],
      },
    ]);
  });

  it('is told apart by its processor', () => {
    const other = { hardware: { ...GATEWAY, cpuFlags: ['avx2', 'avx512f'] } };
    expect(variantRefusals([refused('a', 'off'), refused('b', 'off', other)])).toMatchObject([
      { devices: ['a'], cpuFlags: ['avx2'] },
      { devices: ['b'], cpuFlags: ['avx2', 'avx512f'] },
    ]);
  });
});
