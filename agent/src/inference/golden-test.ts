import type { GoldenVectors, ModelSignature, SelfTest } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import { goldenDeviation } from './golden-deviation.ts';
import { goldenInputs, runGoldenRows } from './golden-rows.ts';
import type { OnnxModel } from './onnx-model.ts';

/** What a self-test found. `largestDeviation` is Infinity where no distance can be given, see `Deviation`. */
export interface GoldenResult extends SelfTest {
  /** Why it has not passed, in a sentence. */
  readonly fault?: string | undefined;
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
export async function runGoldenTest(
  model: OnnxModel,
  golden: GoldenVectors,
  signature: ModelSignature,
): Promise<GoldenResult> {
  if (golden.rows < 1) throw new OutsideError('MALFORMED_MESSAGE', 'golden vectors: expected at least 1 row, got 0');
  const outputs = await runGoldenRows(model, golden);
  const { largest, fault } = goldenDeviation(golden, outputs, signature);
  const { p50Ms, p95Ms } = await measure(model, golden);
  return {
    passed: fault === undefined,
    rows: golden.rows,
    largestDeviation: largest,
    tolerance: golden.tolerance,
    p50Ms,
    p95Ms,
    rssBytes: process.memoryUsage.rss(),
    ...(fault === undefined ? {} : { fault }),
  };
}

async function measure(model: OnnxModel, golden: GoldenVectors): Promise<{ p50Ms: number; p95Ms: number }> {
  const times: number[] = [];
  const startMs = performance.now();
  for (let run = 0; run < TIMED_RUNS && performance.now() - startMs < TIMED_LIMIT_MS; run++) {
    const row = goldenInputs(golden, run % golden.rows, 1);
    const beforeMs = performance.now();
    await model.runTensors(row);
    times.push(performance.now() - beforeMs);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}
