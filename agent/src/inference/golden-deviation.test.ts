import type { GoldenVectors, NamedTensor } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { signature } from '../test-rig/test-release.ts';
import { goldenDeviation } from './golden-deviation.ts';
import type { OutputTensor } from './output-reader.ts';

const TOLERANCE = 0.05;

function tensor(elementType: string, dims: number[], values: ArrayBufferView): NamedTensor {
  return { name: 'y', elementType, dims, data: new Uint8Array(values.buffer as ArrayBuffer), strings: [] };
}

const floats = (dims: number[], ...values: number[]): NamedTensor => tensor('float32', dims, Float32Array.from(values));

function golden(...outputs: NamedTensor[]): GoldenVectors {
  return { rows: 1, inputs: [], outputs, tolerance: TOLERANCE, rowsPerRun: 0 };
}

function compare(expected: NamedTensor, got: OutputTensor | undefined) {
  return goldenDeviation(golden(expected), got === undefined ? {} : { y: got }, signature());
}

describe('the deviation of floating-point outputs', () => {
  const cases: readonly (readonly [string, number, number, number])[] = [
    ['is their distance', 0.25, 0.75, 0.5],
    ['is nothing between two NaNs', Number.NaN, Number.NaN, 0],
    ['has no end where NaN was expected', Number.NaN, 0.5, Number.POSITIVE_INFINITY],
    ['has no end where NaN came instead', 0.5, Number.NaN, Number.POSITIVE_INFINITY],
    ['is nothing between equal infinities', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0],
    ['has no end between infinities of both signs', Number.POSITIVE_INFINITY, -Infinity, Number.POSITIVE_INFINITY],
    ['has no end where a number became infinite', 3, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['has no end where an infinity became a number', -Infinity, 3, Number.POSITIVE_INFINITY],
    ['is nothing between both zeros', 0, -0, 0],
  ];
  for (const [title, wanted, found, largest] of cases) {
    it(title, () => {
      const result = compare(floats([1, 1], wanted), { dims: [1, 1], data: Float32Array.of(found) });
      expect(result.largest).toBe(largest);
      expect(result.fault === undefined).toBe(largest <= TOLERANCE);
    });
  }

  it('is the largest of all elements, and the fault names its place', () => {
    const result = compare(floats([2, 2], 0, 0, 0, 0), { dims: [2, 2], data: Float32Array.of(0.01, 0.5, -0.75, 0.5) });
    expect(result).toEqual({ largest: 0.75, fault: 'output y at [1, 0]: expected 0 within 0.05, got -0.75' });
  });

  it('accepts what is exactly within the tolerance, in half precision too', () => {
    const half = tensor('float16', [1], Uint16Array.of(0x3c00));
    expect(compare(half, { dims: [1], data: [1.0498046875] }).fault).toBeUndefined();
    expect(compare(half, { dims: [1], data: [1.05078125] }).fault).toBeDefined();
  });
});

describe('outputs of another shape', () => {
  it('fail, though they have as many elements', () => {
    const result = compare(floats([2, 3], 1, 1, 1, 1, 1, 1), { dims: [3, 2], data: [1, 1, 1, 1, 1, 1] });
    expect(result).toEqual({ largest: Infinity, fault: 'output y: expected shape [2,3], got [3,2]' });
  });

  it('fail when they are missing, shorter, or hold less than they say', () => {
    expect(compare(floats([1], 1), undefined).fault).toBe('output y: expected a tensor, got none');
    expect(compare(floats([2], 1, 1), { dims: [1], data: [1] }).fault).toContain('shape [2], got [1]');
    expect(compare(floats([2], 1, 1), { dims: [2], data: [1] }).fault).toContain('expected 2 elements, got 1');
  });

  it('fail when there is nothing to compare with', () => {
    expect(goldenDeviation(golden(), {}, signature()).fault).toBe('expected golden outputs, got none');
  });

  it('are compared when they are a single number', () => {
    expect(compare(floats([], 1), { dims: [], data: [2] }).fault).toBe('output y: expected 1 within 0.05, got 2');
  });
});

describe('whole numbers, truth values and texts', () => {
  it('must be equal, whatever the tolerance is', () => {
    const wide = { ...golden(tensor('int32', [2], Int32Array.of(3, 4))), tolerance: 100 };
    expect(goldenDeviation(wide, { y: { dims: [2], data: Int32Array.of(3, 4) } }, signature())).toEqual({ largest: 0 });
    const other = goldenDeviation(wide, { y: { dims: [2], data: Int32Array.of(3, 5) } }, signature());
    expect(other).toEqual({ largest: Infinity, fault: 'output y at [1]: expected 4, got 5' });
  });

  it('are told apart beyond the precision of a double', () => {
    const large = 2n ** 60n;
    const expected = tensor('int64', [1], BigInt64Array.of(large));
    expect(compare(expected, { dims: [1], data: BigInt64Array.of(large) }).fault).toBeUndefined();
    expect(compare(expected, { dims: [1], data: BigInt64Array.of(large + 1n) }).largest).toBe(Infinity);
  });

  it('must be the same text', () => {
    const expected = { name: 'y', elementType: 'string', dims: [1], data: new Uint8Array(), strings: ['Infinity'] };
    expect(compare(expected, { dims: [1], data: ['Infinity'] })).toEqual({ largest: 0 });
    expect(compare(expected, { dims: [1], data: ['inf'] }).fault).toBe('output y at [0]: expected Infinity, got inf');
  });
});

describe('the index of a class', () => {
  const { outputs, ...rest } = signature();
  const classes = { ...rest, outputs: [...outputs, { ...outputs[0]!, name: 'y', dims: [-1], meaning: 'class_index' }] };
  const probabilities = { ...floats([2, 3], 0.48, 0.5, 0.02, 0.9, 0.05, 0.05), name: 'p' };
  const vectors = golden(probabilities, tensor('int64', [2], BigInt64Array.of(1n, 0n)));
  const run = (...found: bigint[]) =>
    goldenDeviation(
      vectors,
      {
        p: { dims: [2, 3], data: Float32Array.of(0.51, 0.47, 0.02, 0.9, 0.05, 0.05) },
        y: { dims: [2], data: BigInt64Array.from(found) },
      },
      classes,
    );

  it('may be the other one of a tie within the tolerance', () => {
    const result = run(0n, 0n);
    expect(result.fault).toBeUndefined();
    // Probabilities in float32: a few units in the last place of a number below 1.
    expect(result.largest).toBeCloseTo(0.03, 6);
  });

  it('must be right where the class is sure, and one of the classes', () => {
    expect(run(1n, 2n).fault).toBe('output y at [1]: expected 0, got 2');
    expect(run(2n, 0n).fault).toBe('output y at [0]: expected 1, got 2');
    expect(run(-1n, 0n).largest).toBe(Infinity);
    expect(run(3n, 0n).largest).toBe(Infinity);
  });

  it('must be equal where no probabilities travel along', () => {
    const alone = golden(tensor('int64', [1], BigInt64Array.of(1n)));
    const found = goldenDeviation(alone, { y: { dims: [1], data: BigInt64Array.of(0n) } }, classes);
    expect(found.fault).toBe('output y at [0]: expected 1, got 0');
  });
});
