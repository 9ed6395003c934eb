import { writeModel } from '@edgeloop/onnx';
import { HubError, type HubErrorCode, messageOf } from '../errors.ts';
import { measure } from '../evaluation/metrics.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import { encodeCheckpoint } from '../store/checkpoint-codec.ts';
import { joinRows } from '../store/join-rows.ts';
import type { InputKind } from '../store/model-rows.ts';
import { type TrainResult, type TrainSpec, TrainSpecSchema } from '../training/train-job.ts';
import { type TrainedModel, type TrainModelInput, trainModel } from '../training/train-model.ts';
import type { CheckpointKeeper, TrainingIdentity } from '../training/trainer/training-checkpoint.ts';
import { crossValidate } from '../training/validation/cross-validation.ts';
import type { CrossValidation } from '../training/validation/cross-validation-figures.ts';
import { HUB_VERSION } from '../version.ts';
import type { JobContext } from './job-context.ts';
import { type LoadedModelRows, loadModelRows } from './job-rows.ts';
import { judgeModel } from './judge-model.ts';
import { TrainingReport } from './training-report.ts';

/** Share of a job's time that is over when cross-validation begins, if there is one. */
const CROSS_VALIDATION_SHARE = 0.97;
/** Codes of a checkpoint that will not be readable next time either. */
const UNREADABLE: ReadonlySet<HubErrorCode> = new Set(['NOT_FOUND', 'DIGEST_MISMATCH', 'DATA_INVALID']);

/** Trains a model and keeps it at the hub. */
export async function handleTrain(input: unknown, context: JobContext): Promise<TrainResult> {
  const spec = TrainSpecSchema.parse(input);
  context.progress({ share: 0, stage: 'reading data', figures: {} });
  const rows = await loadModelRows(spec, { columns: spec.columns, kinds: kindsOf(spec) }, context);
  const { epochs, batchSize } = spec.recipe;
  const report = new TrainingReport(context, epochs * Math.ceil(rows.train.rows / batchSize));
  const common = await trainingInput(spec, context);
  const trained = await trainModel({
    ...common,
    train: rows.train,
    validation: rows.validation,
    checkpoints: checkpointsOf(context),
    onNote: (note) => report.note(note),
    onMetrics: (update) => report.add(update),
  });
  const model = writeModel(trained.model);
  context.progress({ share: 0.96, stage: 'measuring the reference', figures: {} });
  const judged = await judgeModel(model, rowsAtOnce(trained.model), rows, context);
  const crossValidation = await foldsOf(spec, common, rows, context);
  return {
    floatModel: { digest: await context.putBlob(model), sizeBytes: model.length },
    trainingRecord: { ...recordOf(trained, rows, context), ...(crossValidation && { crossValidation }) },
    signature: trained.signature,
    ...judged,
  };
}

/** Columns that the recipe reads otherwise than the data set suggests. */
function kindsOf({ recipe }: TrainSpec): Record<string, InputKind> {
  const told = Object.entries(recipe.preprocessing.columns);
  return Object.fromEntries(told.flatMap(([name, { kind }]) => (kind === undefined ? [] : [[name, kind]])));
}

type CommonInput = Omit<TrainModelInput, 'train' | 'validation'>;

/** What all trainings of a job have in common; the hub has completed what the recipe starts from. */
async function trainingInput(spec: TrainSpec, context: JobContext): Promise<CommonInput> {
  const { from, layers } = spec.recipe;
  const { engine, nowMs, signal } = context;
  const blob = (digest: string | undefined): Promise<Uint8Array> | undefined =>
    digest === undefined ? undefined : context.blob(digest);
  return {
    ...{ recipe: spec.recipe, seed: spec.seed, units: spec.units, engine, nowMs, signal },
    base: await blob(from?.digest),
    layers: layers && { model: await context.blob(layers.model), weights: await blob(layers.weights) },
    identity: identityOf(spec),
  };
}

/** How models of the recipe fare on rows that others of their kind learned from. */
async function foldsOf(
  { recipe }: TrainSpec,
  input: CommonInput,
  { train, validation }: LoadedModelRows,
  context: JobContext,
): Promise<CrossValidation | undefined> {
  const { folds } = recipe.evaluation;
  if (folds === 0) return undefined;
  const onFold = (fold: number): void => {
    const share = CROSS_VALIDATION_SHARE + ((1 - CROSS_VALIDATION_SHARE) * fold) / folds;
    context.progress({ share, stage: `cross-validation, fold ${fold + 1} of ${folds}`, figures: {} });
  };
  return crossValidate({ ...input, rows: joinRows(train, validation), folds, measure, onFold });
}

/** Everything that determines the training, beside recipe and seed; not whose training it is. */
function identityOf({ runId, model, recipe, seed, ...data }: TrainSpec): TrainingIdentity {
  return { data: JSON.stringify(data), 'version of the hub': HUB_VERSION };
}

/** Checkpoints of this job, kept at the hub. */
function checkpointsOf(context: JobContext): CheckpointKeeper {
  const { jobId, checkpoint } = context;
  return {
    load: async (read) => {
      if (checkpoint === null) return undefined;
      try {
        return await context.readBlob(checkpoint.digest, read);
      } catch (error) {
        const isLost = error instanceof HubError && UNREADABLE.has(error.code);
        if (isLost) return `it cannot be read: ${messageOf(error)}`;
        throw error;
      }
    },
    keep: (kept, place) => context.keepCheckpoint(encodeCheckpoint({ jobId, ...kept }), place),
  };
}

function recordOf(trained: TrainedModel, rows: LoadedModelRows, context: JobContext): TrainResult['trainingRecord'] {
  const { train, validation, test } = rows;
  return {
    epochs: trained.curve.length,
    bestEpoch: trained.bestEpoch,
    trainRows: train.rows,
    validationRows: validation.rows,
    testRows: test.rows,
    ignoredColumns: ignoredColumns(rows),
    curve: [...trained.curve],
    notes: [...trained.notes],
    seconds: trained.seconds,
    samplesPerSecond: trained.seconds > 0 ? trained.samples / trained.seconds : 0,
    engine: trained.engine,
    worker: context.workerName,
  };
}

function ignoredColumns({ table, inputs, target }: LoadedModelRows): string[] {
  const read = new Set([target.column, ...inputs.flatMap(({ columns }) => columns)]);
  return table.columns.map(({ name }) => name).filter((name) => !read.has(name));
}
