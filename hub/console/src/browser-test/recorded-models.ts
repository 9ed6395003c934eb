import type {
  AliasMove,
  ClassMetrics,
  JobMetrics,
  ModelView,
  RunView,
  VariantRecord,
  VersionRecord,
} from '@edgeloop/hub';
import { recordedQuantization } from './recorded-quantization.ts';

const CLASSES = ['Rad Flow', 'Fpv Close', 'Fpv Open', 'High', 'Bypass', 'Bpv Close', 'Bpv Open'];
const FEATURES = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8', 'V9'];
const COUNTS = [3540, 6, 18, 691, 254, 2, 3];

function metrics(accuracy: number): ClassMetrics {
  const confusion = COUNTS.map((count, row) => {
    const wrong = Math.round(count * (1 - accuracy) * 1.5);
    return COUNTS.map((_, column) => (column === row ? count - wrong : column === (row + 1) % 7 ? wrong : 0));
  });
  const rows = COUNTS.reduce((total, count) => total + count, 0);
  const perClass = confusion.map((counts, index) => {
    const called = confusion.reduce((total, row) => total + (row[index] ?? 0), 0);
    const [rows, right] = [COUNTS[index] ?? 0, counts[index] ?? 0];
    return { rows, precision: right / called, recall: right / rows, f1: (2 * right) / (rows + called) };
  });
  return {
    ...{ task: 'classification', rocAuc: 0.9987, rocAucLow: 0.9951, rocAucHigh: 0.9998, perClass },
    rows,
    accuracy,
    accuracyLow: accuracy - 0.0021,
    accuracyHigh: accuracy + 0.0012,
    balancedAccuracy: accuracy - 0.1,
    macroF1: accuracy - 0.12,
    logLoss: 0.0142,
    confusion,
  };
}

function variants(accuracy: number): VariantRecord[] {
  const form = (
    name: string,
    sizeBytes: number,
    change: number,
    p50Ms: number,
    reasons: string[],
    accepted = true,
  ) => ({
    name,
    sizeBytes,
    accepted,
    reasons,
    p50Ms,
    p95Ms: p50Ms * 1.6,
    metrics: metrics(accuracy + change),
    digest: name.padEnd(64, 'e').replaceAll('-', 'f'),
    goldenDigest: 'b'.repeat(64),
  });
  return [
    form('int8-static', 9_412, -0.0004, 0.028, [
      '72 % smaller than float32',
      'accuracy fell by 0.04 points, 0.5 allowed',
    ]),
    form('int8-dynamic', 9_105, -0.031, 0.041, ['accuracy fell by 3.10 points, 0.5 allowed'], false),
    form('float32', 33_890, 0, 0.022, ['the form that training made; always kept']),
  ];
}

const RECIPE = { family: 'mlp', hidden: [64, 32], epochs: 60, batchSize: 128, learningRate: 0.004 };

export function recordedVersions(nowMs: number): VersionRecord[] {
  const version = (number: number, accuracy: number, createdMs: number): VersionRecord => ({
    origin: 'run',
    model: 'shuttle',
    version: number,
    releaseDigest: 'c'.repeat(64),
    signedBy: '9'.repeat(64),
    variants: variants(accuracy),
    quantization: recordedQuantization(),
    classes: CLASSES,
    features: FEATURES,
    evaluation: metrics(accuracy),
    lineage: {
      runId: `run_${number}`,
      dataset: { name: 'shuttle', version: number, digest: 'a'.repeat(64) },
      recipe: RECIPE,
      seed: 20_240_517,
      parentVersion: number === 1 ? null : number - 1,
      from: null,
      worker: 'local-worker',
      engine: 'ort-cpu 1.30.0',
      codeVersion: '0.1.0',
      cause: number === 1 ? { kind: 'request', ref: 'administrator' } : { kind: 'retraining', ref: 'ret_1' },
    },
    upload: null,
    createdMs,
  });
  return [version(1, 0.9931, nowMs - 800_000), version(2, 0.9917, nowMs - 210_000)];
}

export function recordedModel(nowMs: number): ModelView {
  return {
    name: 'shuttle',
    task: 'classification',
    description: 'State of the radiator subsystem from nine sensors',
    createdMs: nowMs - 860_000,
    aliases: { champion: 1, challenger: 2 },
    newestVersion: 2,
    liveDevices: { 1: 2, 2: 1 },
  };
}

export function recordedMoves(nowMs: number): AliasMove[] {
  return [
    { alias: 'champion', fromVersion: null, toVersion: 1, cause: 'first version', atMs: nowMs - 800_000 },
    { alias: 'challenger', fromVersion: null, toVersion: 2, cause: 'retraining ret_1', atMs: nowMs - 210_000 },
  ];
}

export function recordedRuns(nowMs: number): RunView[] {
  const run = (changes: Partial<RunView>): RunView => ({
    id: 'run_1',
    model: 'shuttle',
    state: 'done',
    dataset: { name: 'shuttle', version: 1, digest: 'a'.repeat(64) },
    heldOut: null,
    recentFromRow: null,
    recipe: RECIPE,
    seed: 20_240_517,
    cause: { kind: 'request', ref: 'administrator' },
    jobId: null,
    results: { train: { trainingRecord: trainingRecord() }, quantize: {}, evaluate: {} },
    version: 1,
    error: null,
    createdMs: nowMs - 850_000,
    updatedMs: nowMs - 800_000,
    progress: null,
    checkpoint: null,
    ...changes,
  });
  return [
    run({
      id: 'run_3',
      state: 'training',
      results: {},
      version: null,
      createdMs: nowMs - 6_000,
      updatedMs: nowMs - 1_000,
      progress: { share: 0.42, stage: 'epoch 25 of 60', figures: { validationLoss: 0.031, samplesPerSecond: 210_300 } },
    }),
    run({ id: 'run_2', version: 2, cause: { kind: 'retraining', ref: 'ret_1' }, createdMs: nowMs - 240_000 }),
    run({}),
    run({
      id: 'run_0',
      state: 'failed',
      version: null,
      results: {},
      error: { code: 'DATA_INVALID', message: 'the label column "state" has one class; two or more are needed' },
    }),
  ];
}

function trainingRecord() {
  const curve = Array.from({ length: 30 }, (_, epoch) => ({
    epoch: epoch + 1,
    trainLoss: 0.9 * Math.exp(-epoch / 5) + 0.012,
    validationLoss: 0.8 * Math.exp(-epoch / 5) + 0.018 + Math.sin(epoch) * 0.002,
    validationAccuracy: 0.99 - 0.3 * Math.exp(-epoch / 4),
  }));
  return {
    epochs: 30,
    bestEpoch: 27,
    trainRows: 21_000,
    seconds: 3.1,
    engine: 'ort-cpu',
    worker: 'local-worker',
    curve,
  };
}

/** Figures of a training in its 25th epoch. */
export function recordedMetrics(): JobMetrics {
  const epochs = Array.from({ length: 24 }, (_, at) => ({
    epoch: at + 1,
    trainLoss: 0.5 / (at + 1),
    validationLoss: 0.55 / (at + 1),
    validationAccuracy: 0.99 - 0.1 / (at + 1),
    validationBalancedAccuracy: 0.97 - 0.2 / (at + 1),
  }));
  const steps = [{ step: 7_552, epoch: 25, loss: 0.0212, learningRate: 0.00241, samplesPerSecond: 1_410_000 }];
  return { steps, epochs };
}
