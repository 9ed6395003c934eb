import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCase } from '../bench-case.ts';
import { TORCH_TRAINER } from './torch-trainer.ts';
import { TrainingSide } from './training-side.ts';
import { LEARNING_RATE, TASKS, type TrainingTask } from './training-task.ts';

type Peer = 'torch' | 'tfjs';

/** Which comparisons there are, and the ratio that each must reach. */
const COMPARISONS: readonly (readonly [TrainingTask, Peer, number])[] = [
  ['mlp', 'torch', 1.2],
  ['cnn', 'torch', 2],
  ['lstm', 'torch', 1],
  ['mlp', 'tfjs', 40],
  ['cnn', 'tfjs', 300],
];

/** Largest share of a step's time outside ONNX Runtime. */
const OUTSIDE_GOAL = 0.3;

/** `mlp`, `cnn` and `lstm`: a whole training step, forward, backward and Adam, one thread each. */
export async function trainingCases(): Promise<BenchCase[]> {
  const python = pythonWithTorch();
  return COMPARISONS.map(([task, peer, goalRatio]): BenchCase => {
    const { batch } = TASKS[task];
    const ours = new TrainingSide(programOf('onnx-trainer.js', task), batch);
    const theirs = new TrainingSide(
      peer === 'tfjs' ? programOf('tfjs-trainer.js', task) : torchOf(python ?? '', task),
      batch,
    );
    return {
      ...{ bench: 'training', name: task, peer, unit: 'samples/s', better: 'higher', goalRatio },
      ...(peer === 'torch' && python === undefined ? { skipped: 'no Python interpreter here can import torch' } : {}),
      ours: () => ours.round(),
      theirs: () => theirs.round(),
      notes: () => {
        const share = ours.outsideShare;
        const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
        return share === undefined ? [] : [`outside ONNX Runtime ${percent(share)} (goal < ${percent(OUTSIDE_GOAL)})`];
      },
      async close() {
        ours.stop();
        theirs.stop();
      },
    };
  });
}

function programOf(file: string, task: TrainingTask): string[] {
  return [process.execPath, fileURLToPath(new URL(file, import.meta.url)), task];
}

function torchOf(python: string, task: TrainingTask): string[] {
  return [python, '-c', TORCH_TRAINER, task, JSON.stringify(TASKS[task]), String(LEARNING_RATE)];
}

/** Debian installs its Python packages for its own interpreter, which need not be the first on the path. */
function pythonWithTorch(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}
