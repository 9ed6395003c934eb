import { describe, expect, it } from 'vitest';
import { pythonWith, runPython } from '../../testing/python.ts';
import { type Distribution, skewedValues } from '../../testing/skewed-values.ts';
import { rangeObserver } from './make-range-observer.ts';

/**
 * ONNX Runtime's own collector of histograms, with bins as fine as this package's, and values without zeros for the
 * divergence. Every value counts many times, since it rounds counts to whole numbers.
 */
const SCRIPT = `
import base64, contextlib, json, sys
import numpy as np
from onnxruntime.quantization.calibrate import HistogramCollector
def collected(values, method, bins, times):
    collector = HistogramCollector(method, False, bins, 128, 99.999, 'same')
    for _ in range(times):
        collector.collect({'x': values})
    low, high = (collector.compute_entropy() if method == 'entropy' else collector.compute_percentile())['x'][:2]
    return [float(low), float(high)]
results = []
with contextlib.redirect_stdout(sys.stderr):
    for text in json.load(sys.stdin):
        values = np.frombuffer(base64.b64decode(text), np.float32)
        results.append({'percentile': collected(values, 'percentile', 2048, 1),
                        'entropy': collected(values[values != 0], 'entropy', 1024, 20)})
json.dump(results, sys.stdout)
`;

/** Shares of the largest value. */
const TOLERANCES = {
  // One of their bins, 1/1024 of the largest value, and one of ours, 1/256 of the end of the range.
  percentile: 1 / 1024 + 1 / 256,
  // The divergence of tails is nearly the same over many ranges, so that small differences move its minimum far.
  entropy: 0.15,
} as const;
const CASES: readonly Distribution[] = ['normal', 'laplace', 'relu', 'gelu'];
const python = pythonWith('onnxruntime.quantization.calibrate');
const title = `ONNX Runtime's calibrator${'missing' in python ? ` (skipped: ${python.missing})` : ''}`;

describe.skipIf('missing' in python)(title, () => {
  it('finds the same ranges', () => {
    const command = 'command' in python ? python.command : '';
    const samples = CASES.map((distribution, at) => skewedValues(distribution, 100_000, at + 1));
    const texts = samples.map(({ buffer }) => Buffer.from(buffer).toString('base64'));
    const theirs = runPython(command, SCRIPT, texts) as Record<keyof typeof TOLERANCES, [number, number]>[];
    for (const [at, values] of samples.entries()) {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const [method, tolerance] of Object.entries(TOLERANCES) as [keyof typeof TOLERANCES, number][]) {
        const observer = rangeObserver(method);
        observer.observe(values);
        const { min, max } = observer.range();
        const [low, high] = theirs[at]![method];
        const where = `${method} of ${CASES[at]}: ${min}..${max}, theirs ${low}..${high}`;
        expect(Math.abs(max - high) / largest, where).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(min - Math.min(0, low)) / largest, where).toBeLessThanOrEqual(tolerance);
      }
    }
  }, 60_000);
});
