import type { ModelSignature, Reference } from '@edgeloop/protocol';
import { z } from 'zod';
import { RequestError } from '../errors.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { DigestSchema, JobRowsSchema, type TargetSpec, type WindowSpec } from '../store/job-rows.ts';
import { MetricsSchema } from '../store/metrics/metrics-schema.ts';
import { type Recipe, RecipeSchema } from '../store/recipe/recipe.ts';
import { windowStride } from '../store/recipe/window.ts';
import type { RunRecord } from '../store/run-store.ts';
import { chooseTask } from './recipe/choose-task.ts';
import { readableColumns } from './recipe/readable-columns.ts';
import { EpochFiguresSchema } from './trainer/training-progress.ts';
import { CrossValidationSchema } from './validation/cross-validation-figures.ts';

export const TrainSpecSchema = JobRowsSchema.extend({
  runId: z.string(),
  model: z.string(),
  recipe: RecipeSchema,
  seed: z.int().min(0),
  /** Columns that the model reads. @default those that the recipe names, or that something can be learned from */
  columns: z.array(z.string()).optional(),
  /** By column, where the data set knows them. */
  units: z.record(z.string(), z.string()).default({}),
  /** Row from which on the reference is made; null makes it of all rows the model is made with. */
  recentFromRow: z.int().min(0).nullable().default(null),
});
export type TrainSpec = z.infer<typeof TrainSpecSchema>;

export const TrainResultSchema = z.object({
  floatModel: z.object({ digest: DigestSchema, sizeBytes: z.int() }),
  trainingRecord: z.object({
    epochs: z.int(),
    bestEpoch: z.int(),
    trainRows: z.int(),
    validationRows: z.int(),
    testRows: z.int(),
    /** Columns the model does not read. */
    ignoredColumns: z.array(z.string()),
    curve: z.array(EpochFiguresSchema),
    /** From where it went on, or why it began again. */
    notes: z.array(z.string()).default([]),
    /** Time in the training loop. */
    seconds: z.number(),
    samplesPerSecond: z.number(),
    engine: z.string(),
    worker: z.string(),
    /** Where the recipe asks for it. */
    crossValidation: CrossValidationSchema.optional(),
  }),
  // Checked by the protocol's own codecs when the release is made.
  reference: z.custom<Reference>((value) => typeof value === 'object' && value !== null),
  signature: z.custom<ModelSignature>((value) => typeof value === 'object' && value !== null),
  validation: MetricsSchema,
});
export type TrainResult = z.infer<typeof TrainResultSchema>;

/**
 * What the worker needs to train a run.
 *
 * @throws RequestError INVALID_INPUT when neither data set nor recipe say what to tell
 */
export function trainJobSpec(
  run: RunRecord,
  dataset: DatasetRecord,
  heldOut: Pick<DatasetRecord, 'digest'> | null = null,
): TrainSpec {
  const recipe = RecipeSchema.parse(run.recipe);
  const seed = recipe.seed ?? run.seed;
  return {
    runId: run.id,
    model: run.model,
    dataset: { digest: dataset.digest },
    target: targetSpec(recipe, dataset),
    windows: windowSpec(recipe),
    heldOut: heldOut && { digest: heldOut.digest },
    split: { seed, shares: recipe.split },
    recipe,
    seed,
    columns: recipe.features ?? readableColumns(dataset, recipe).map(({ name }) => name),
    units: Object.fromEntries(dataset.columns.flatMap(({ name, unit }) => (unit ? [[name, unit]] : []))),
    recentFromRow: run.recentFromRow,
  };
}

function targetSpec(recipe: Recipe, dataset: DatasetRecord): TargetSpec {
  const { target, anomaly } = recipe;
  const task = chooseTask(recipe, dataset);
  const column = target ?? dataset.label;
  if (task === 'anomaly') return { task, column, normal: anomaly.normal ?? [] };
  if (column === null) {
    const name = `${dataset.name}@${dataset.version}`;
    throw new RequestError('INVALID_INPUT', `data set ${name} must have a label, or the recipe a target, got none`);
  }
  return task === 'regression' ? { task, column } : { task, column, classes: [] };
}

function windowSpec({ window }: Recipe): WindowSpec | null {
  if (!window) return null;
  const { size, label, group = null } = window;
  return { size, label, group, stride: windowStride(window) };
}
