import { fileURLToPath } from 'node:url';
import type { BenchCase } from '../bench-case.ts';
import { EngineSide } from '../engine-side.ts';

/** Images per call. */
const BATCHES: readonly (readonly [name: string, batch: number])[] = [
  ['cnn', 32],
  ['cnn-single', 1],
];

const GOAL_RATIO = 30;

/** `cnn` and `cnn-single`: the same network, exported on ONNX Runtime against `predict`, one thread each. */
export async function exportCases(): Promise<BenchCase[]> {
  return BATCHES.map(([name, batch]): BenchCase => {
    const ours = new EngineSide(programOf('exported-predictor.js', batch), batch);
    const theirs = new EngineSide(programOf('tfjs-predictor.js', batch), batch);
    return {
      ...{ bench: 'export', name, peer: 'tfjs', unit: 'images/s', better: 'higher', goalRatio: GOAL_RATIO },
      ours: () => ours.round(),
      theirs: () => theirs.round(),
      notes: () => [`${batch} ${batch === 1 ? 'image' : 'images'} a call`],
      async close() {
        ours.stop();
        theirs.stop();
      },
    };
  });
}

function programOf(file: string, batch: number): string[] {
  return [process.execPath, fileURLToPath(new URL(file, import.meta.url)), String(batch)];
}
