import { writeModel } from '@edgeloop/onnx';
import { HubError, type HubErrorCode, messageOf } from '../errors.ts';
import { measure } from '../evaluation/metrics.ts';
import { predictRows } from '../predict-rows.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../store/checkpoint-codec.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Target } from '../store/model-rows.ts';
import type { Table } from '../store/table.ts';
import { modelReference } from '../training/model-reference.ts';
import { referenceColumns } from '../training/reference-columns.ts';
import { type TrainResult, type TrainSpec, TrainSpecSchema } from '../training/train-job.ts';
import { type TrainedModel, trainModel } from '../training/train-model.ts';
import type { CheckpointKeeper, TrainingIdentity } from '../training/training-checkpoint.ts';
import { HUB_VERSION } from '../version.ts';
import type { JobContext } from './job-context.ts';
import { type LoadedRows, loadRows } from './job-rows.ts';
import { TrainingReport } from './training-report.ts';

/** Codes of a checkpoint that will not be readable next time either. */
const UNREADABLE: ReadonlySet<HubErrorCode> = new Set(['NOT_FOUND', 'DIGEST_MISMATCH', 'DATA_INVALID']);

/** Trains a model and keeps it at the hub. */
export async function handleTrain(input: unknown, context: JobContext): Promise<TrainResult> {
  const spec = TrainSpecSchema.parse(input);
  context.progress({ share: 0, stage: 'reading data', figures: {} });
  const rows = await loadRows(spec, { features: spec.recipe.features }, context);
  const { epochs, batchSize } = spec.recipe;
  const report = new TrainingReport(context, epochs * Math.ceil(rows.train.rows / batchSize));
  const trained = await trainModel({
    recipe: spec.recipe,
    seed: spec.seed,
    train: rows.train,
    validation: rows.validation,
    engine: context.engine,
    base: await baseOf(spec, context),
    nowMs: context.nowMs,
    signal: context.signal,
    identity: identityOf(spec),
    checkpoints: checkpointsOf(context),
    onNote: (note) => report.note(note),
    onMetrics: (update) => report.add(update),
  });
  const model = writeModel(trained.model);
  const judged = await judge(model, rowsAtOnce(trained.model), rows, context);
  return {
    floatModel: { digest: await context.putBlob(model), sizeBytes: model.length },
    trainingRecord: recordOf(trained, rows, spec.dataset.label, context),
    signature: trained.signature,
    ...judged,
  };
}

/** The hub has completed what the recipe starts from. */
async function baseOf({ recipe: { from } }: TrainSpec, context: JobContext): Promise<Uint8Array | undefined> {
  return from?.digest === undefined ? undefined : context.blob(from.digest);
}

/** Everything that determines the training, beside recipe and seed; not whose training it is. */
function identityOf({ runId, model, recipe, seed, ...data }: TrainSpec): TrainingIdentity {
  return { data: JSON.stringify(data), 'version of the hub': HUB_VERSION };
}

/** Checkpoints of this job, kept at the hub. */
function checkpointsOf(context: JobContext): CheckpointKeeper {
  const { jobId, checkpoint } = context;
  return {
    load: async () => {
      if (checkpoint === null) return undefined;
      try {
        return decodeCheckpoint(await context.blob(checkpoint.digest));
      } catch (error) {
        const isLost = error instanceof HubError && UNREADABLE.has(error.code);
        if (isLost) return `it cannot be read: ${messageOf(error)}`;
        throw error;
      }
    },
    keep: (kept, place) => context.keepCheckpoint(encodeCheckpoint({ jobId, ...kept }), place),
  };
}

/** What the finished model says about rows it was not trained on. */
async function judge(
  model: Uint8Array,
  atOnce: number,
  rows: LoadedRows,
  context: JobContext,
): Promise<Pick<TrainResult, 'reference' | 'validation'>> {
  context.progress({ share: 0.96, stage: 'measuring the reference', figures: {} });
  const unseen = rows.validation.rows > 0 ? rows.validation : rows.train;
  const runner = await context.engine.open(model);
  try {
    const predictions = await predictRows(runner, unseen, atOnce);
    const validation = measure(predictions, targetOf(unseen));
    const judgedBy = rows.test.rows > 0 ? rows.test : unseen;
    const reference = modelReference({
      columns: referenceColumns(rows.table, rows.madeWith, [
        { name: 'features', kind: 'numbers', columns: unseen.features, dims: [unseen.features.length] },
      ]),
      seen: await predictRows(runner, rows.seen, atOnce),
      unseen: { predictions, target: targetOf(unseen) },
      metrics: measure(await predictRows(runner, judgedBy, atOnce), targetOf(judgedBy)),
    });
    return { reference, validation };
  } finally {
    await runner.close();
  }
}

function targetOf({ classes, labels }: LabelledRows): Target {
  return { kind: 'classes', classes, labels };
}

function recordOf(
  trained: TrainedModel,
  rows: LoadedRows,
  label: string,
  context: JobContext,
): TrainResult['trainingRecord'] {
  const { train, validation, test } = rows;
  return {
    epochs: trained.curve.length,
    bestEpoch: trained.bestEpoch,
    trainRows: train.rows,
    validationRows: validation.rows,
    testRows: test.rows,
    ignoredColumns: ignoredColumns(rows.table, train, label),
    curve: [...trained.curve],
    notes: [...trained.notes],
    seconds: trained.seconds,
    samplesPerSecond: trained.seconds > 0 ? trained.samples / trained.seconds : 0,
    engine: context.engine.name,
    worker: context.workerName,
  };
}

function ignoredColumns(table: Table, { features }: LabelledRows, label: string): string[] {
  return table.columns.map(({ name }) => name).filter((name) => name !== label && !features.includes(name));
}
