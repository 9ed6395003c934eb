import { fileURLToPath } from 'node:url';
import type { BenchCase } from '../bench-case.ts';
import { EngineSide } from '../engine-side.ts';
import { torchWith } from './torch-installation.ts';
import { TORCH_TRAINER } from './torch-trainer.ts';
import { LEARNING_RATE, TASKS, type TrainingTask } from './training-task.ts';

type Peer = 'torch' | 'torch-openblas' | 'tfjs';

/** Which comparisons there are, and the ratio that each must reach. */
const COMPARISONS: readonly (readonly [TrainingTask, Peer, number])[] = [
  ['mlp', 'torch', 1.2],
  ['cnn', 'torch', 2],
  ['lstm', 'torch', 1],
  ['mlp', 'torch-openblas', 1.2],
  ['cnn', 'torch-openblas', 2],
  ['lstm', 'torch-openblas', 1],
  ['mlp', 'tfjs', 40],
  ['cnn', 'tfjs', 300],
];

/** Largest share of a step's time outside ONNX Runtime. */
const OUTSIDE_GOAL = 0.3;

/** `mlp`, `cnn` and `lstm`: a whole training step, forward, backward and Adam, one thread each. */
export async function trainingCases(): Promise<BenchCase[]> {
  return COMPARISONS.map(([task, peer, goalRatio]): BenchCase => {
    const { batch } = TASKS[task];
    const ours = new EngineSide(programOf('onnx-trainer.js', task), batch);
    const theirs = sideOf(task, peer);
    return {
      ...{ bench: 'training', name: task, peer, unit: 'samples/s', better: 'higher', goalRatio },
      ...(theirs instanceof EngineSide ? {} : { skipped: theirs.missing }),
      ours: () => ours.round(),
      theirs: () => (theirs as EngineSide).round(),
      notes: () => notesOn(ours),
      async close() {
        ours.stop();
        (theirs as EngineSide).stop();
      },
    };
  });
}

function sideOf(task: TrainingTask, peer: Peer): EngineSide | { readonly missing: string } {
  const { batch } = TASKS[task];
  if (peer === 'tfjs') return new EngineSide(programOf('tfjs-trainer.js', task), batch);
  const torch = torchWith(peer === 'torch' ? 'reference' : 'openblas');
  if ('missing' in torch) return torch;
  const command = [torch.python, '-c', TORCH_TRAINER, task, JSON.stringify(TASKS[task]), String(LEARNING_RATE)];
  return new EngineSide(command, batch, torch.libraries);
}

function notesOn(ours: EngineSide): string[] {
  const share = ours.outsideShare;
  const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
  return share === undefined ? [] : [`outside ONNX Runtime ${percent(share)} (goal < ${percent(OUTSIDE_GOAL)})`];
}

function programOf(file: string, task: TrainingTask): string[] {
  return [process.execPath, fileURLToPath(new URL(file, import.meta.url)), task];
}
