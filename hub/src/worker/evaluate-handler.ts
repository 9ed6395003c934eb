import { readModel } from '@edgeloop/onnx';
import { allPlaces, jobParts } from '../datasets/job-parts.ts';
import { modelRows } from '../datasets/model-rows.ts';
import { classesOf } from '../datasets/target-of.ts';
import { compareModels } from '../evaluation/compare-models.ts';
import {
  type EvaluatedModel,
  type EvaluateResult,
  type EvaluateSpec,
  EvaluateSpecSchema,
} from '../evaluation/evaluate-job.ts';
import { measure } from '../evaluation/metrics.ts';
import { predictRows } from '../predict-rows.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import type { TargetSpec } from '../store/job-rows.ts';
import type { ClassPredictions, ModelPredictions, ModelRows, Target } from '../store/model-rows.ts';
import type { Table } from '../store/table.ts';
import type { JobContext } from './job-context.ts';

/** Measures models on the same rows, and compares the first two where that is the purpose. */
export async function handleEvaluate(input: unknown, context: JobContext): Promise<EvaluateResult> {
  const spec = EvaluateSpecSchema.parse(input);
  const { table, places } = await rowsOf(spec, context);
  const target = knownTarget(spec, table);
  const reports: EvaluateResult['reports'] = [];
  const answers: ModelPredictions[] = [];
  let truth: Target | undefined;
  for (const [index, model] of spec.models.entries()) {
    context.signal.throwIfAborted();
    context.progress({ share: index / spec.models.length, stage: `evaluating ${model.ref}`, figures: {} });
    const rows = modelRows(table, places, { inputs: model.inputs, target, windows: spec.windows });
    const predictions = await predict(model, rows, target.task, context);
    truth = rows.target;
    answers.push(predictions);
    reports.push({ ref: model.ref, metrics: measure(predictions, rows.target) });
  }
  const [champion, challenger] = answers;
  if (spec.purpose === 'run' || !champion || !challenger || !truth) return { reports };
  return { reports, comparison: compareModels(champion, challenger, truth) };
}

async function rowsOf(spec: EvaluateSpec, context: JobContext): Promise<{ table: Table; places: Int32Array }> {
  const dataset = await context.table(spec.dataset.digest);
  if (spec.rows === 'all') return { table: dataset, places: allPlaces(dataset, spec) };
  const heldOut = spec.heldOut === null ? null : await context.table(spec.heldOut.digest);
  const { table, train, validation, test } = jobParts(spec, dataset, heldOut);
  return { table, places: [test, validation].find(({ length }) => length > 0) ?? train };
}

/** Devices may have met a class that a model does not know: it is wrong there, not an error. */
function knownTarget({ target, models }: EvaluateSpec, table: Table): TargetSpec {
  if (target.task !== 'classification') return target;
  const known = models.flatMap((model) => model.classes);
  return { ...target, classes: [...new Set([...known, ...classesOf(table, { ...target, classes: [] })])] };
}

/** The model's answers; classes in the places that they have among all. */
async function predict(
  model: EvaluatedModel,
  rows: ModelRows,
  task: TargetSpec['task'],
  context: JobContext,
): Promise<ModelPredictions> {
  const bytes = await context.blob(model.digest);
  const runner = await context.engine.open(bytes);
  const atOnce = rowsAtOnce(readModel(bytes));
  try {
    if (rows.target.kind === 'number') return await predictRows(runner, rows, task, atOnce);
    const own = { ...rows, target: { ...rows.target, classes: model.classes } };
    const found = await predictRows(runner, own, task === 'anomaly' ? task : 'classification', atOnce);
    return amongAll(found, model.classes, rows.target.classes);
  } finally {
    await runner.close();
  }
}

function amongAll(own: ClassPredictions, ownClasses: readonly string[], classes: readonly string[]): ClassPredictions {
  const places = ownClasses.map((name) => classes.indexOf(name));
  const probabilities = new Float32Array(own.rows * classes.length);
  for (let row = 0; row < own.rows; row++) {
    for (const [index, place] of places.entries()) {
      probabilities[row * classes.length + place] = own.probabilities[row * places.length + index] ?? 0;
    }
  }
  return { ...own, probabilities, classIndex: own.classIndex.map((index) => places[index] ?? -1) };
}
