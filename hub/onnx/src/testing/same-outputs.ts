import { expect } from 'vitest';
import type { Model } from '../format/messages.ts';
import { checkModel } from '../inspect/check-model.ts';
import { checkTypes } from '../inspect/check-types.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type OrtSession, ortSession } from './ort-session.ts';

type Feeds = Parameters<OrtSession['run']>[0];

/**
 * Expects that two models have the same inputs and outputs and give the same values in ONNX Runtime, and that the second
 * has no faults.
 *
 * @param tolerance largest difference, in units of the largest value of an output where that is above 1
 * @returns the largest difference in these units
 */
export async function expectSameOutputs(before: Model, after: Model, feeds: Feeds, tolerance: number): Promise<number> {
  expect(checkModel(after)).toEqual([]);
  expect(checkTypes(after)).toEqual([]);
  expect(after.graph.output).toEqual(before.graph.output);
  expect(after.graph.input.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(feeds)));
  const [left, right] = [await (await ortSession(before)).run(feeds), await (await ortSession(after)).run(feeds)];
  expect(Object.keys(right)).toEqual(Object.keys(left));
  const differences = Object.keys(left).map((name) => difference(left[name]!, right[name]!));
  const worst = Math.max(0, ...differences);
  expect(worst).toBeLessThanOrEqual(tolerance);
  return worst;
}

/** Largest difference between two values, relative to the largest entry where that is above 1. */
function difference(left: Tensor, right: Tensor): number {
  expect([right.type, right.dims]).toEqual([left.type, left.dims]);
  let [largest, worst] = [1, 0];
  for (const [at, entry] of left.data.entries()) {
    const other = right.data[at];
    if (entry === other || (Number.isNaN(entry) && Number.isNaN(other))) continue;
    if (typeof entry === 'string') return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(Number(entry)));
    const distance = Math.abs(Number(entry) - Number(other));
    worst = Math.max(worst, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
  }
  return worst / largest;
}
