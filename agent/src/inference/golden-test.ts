import type { GoldenVectors, NamedTensor } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { OnnxModel } from './onnx-model.ts';
import { readElements } from './ort-tensor.ts';
import type { OutputTensor } from './output-reader.ts';

/** What a self-test found. */
export interface GoldenResult {
  readonly passed: boolean;
  readonly rows: number;
  /** Infinity when an output is missing, misshaped or NaN where a number was expected. */
  readonly largestDeviation: number;
  readonly tolerance: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly rssBytes: number;
}

// Enough for a 95th percentile, and over in a moment even on a small device.
const TIMED_RUNS = 40;
const TIMED_LIMIT_MS = 5_000;

/**
 * Computes the golden inputs on this device and compares with what a correct device computes, element by element.
 * Then measures single rows.
 *
 * @throws OutsideError as `OnnxModel.run` and MALFORMED_MESSAGE for vectors without rows
 */
export async function runGoldenTest(model: OnnxModel, golden: GoldenVectors): Promise<GoldenResult> {
  if (golden.rows < 1) throw new OutsideError('MALFORMED_MESSAGE', 'golden vectors: expected at least 1 row, got 0');
  const outputs = await model.runTensors(golden.inputs);
  const deviations = golden.outputs.map((expected) => deviation(expected, outputs[expected.name]));
  const largestDeviation = Math.max(0, ...deviations);
  const { p50Ms, p95Ms } = await measure(model, golden);
  return {
    passed: deviations.length > 0 && largestDeviation <= golden.tolerance,
    rows: golden.rows,
    largestDeviation,
    tolerance: golden.tolerance,
    p50Ms,
    p95Ms,
    rssBytes: process.memoryUsage.rss(),
  };
}

/** Largest absolute difference; texts must be equal. */
function deviation(expected: NamedTensor, got: OutputTensor | undefined): number {
  const wanted = readElements(expected.elementType, expected.data, expected.strings);
  if (got === undefined || got.data.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < wanted.length; index++) {
    const difference = elementDifference(wanted[index], got.data[index]);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

function elementDifference(expected: unknown, got: unknown): number {
  if (expected === got || (Number.isNaN(expected) && Number.isNaN(got))) return 0;
  if (typeof expected === 'string') return Number.POSITIVE_INFINITY;
  return Math.abs(Number(expected) - Number(got));
}

async function measure(model: OnnxModel, golden: GoldenVectors): Promise<{ p50Ms: number; p95Ms: number }> {
  const times: number[] = [];
  const startMs = performance.now();
  for (let run = 0; run < TIMED_RUNS && performance.now() - startMs < TIMED_LIMIT_MS; run++) {
    const row = golden.inputs.map((input) => rowOf(input, golden.rows, run % golden.rows));
    const beforeMs = performance.now();
    await model.runTensors(row);
    times.push(performance.now() - beforeMs);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

function rowOf(input: NamedTensor, rows: number, row: number): NamedTensor {
  const width = input.data.length / rows;
  const texts = input.strings.length / rows;
  return {
    ...input,
    dims: [1, ...input.dims.slice(1)],
    data: input.data.slice(row * width, (row + 1) * width),
    strings: input.strings.slice(row * texts, (row + 1) * texts),
  };
}
