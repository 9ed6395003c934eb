import { readModel } from '@edgeloop/onnx';
import { jobParts } from '../datasets/job-parts.ts';
import { labelledRows } from '../datasets/labelled-rows.ts';
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
import type { LabelledRows, Predictions } from '../store/labelled-rows.ts';
import type { Table } from '../store/table.ts';
import type { JobContext } from './job-context.ts';
import { labelOf, levelsOf, withTarget } from './job-rows.ts';

/** Measures models on the same rows, and compares the first two where that is the purpose. */
export async function handleEvaluate(input: unknown, context: JobContext): Promise<EvaluateResult> {
  const spec = EvaluateSpecSchema.parse(input);
  const { table, places } = await rowsOf(spec, context);
  // Devices may have met a class that a model does not know: it is wrong there, not an error.
  const classes = allClasses(spec, table);
  const reports: EvaluateResult['reports'] = [];
  const answers: Int32Array[] = [];
  let labels: Int32Array = new Int32Array();
  for (const [index, model] of spec.models.entries()) {
    context.signal.throwIfAborted();
    context.progress({ share: index / spec.models.length, stage: `evaluating ${model.ref}`, figures: {} });
    const rows = labelledRows(table, places, { label: labelOf(spec), features: model.features, classes });
    const predictions = await predict(model, rows, context);
    labels = rows.labels;
    answers.push(predictions.classIndex);
    reports.push({ ref: model.ref, metrics: measure(predictions, labels, classes.length) });
  }
  const [champion, challenger] = answers;
  if (spec.purpose === 'run' || champion === undefined || challenger === undefined) return { reports };
  return { reports, comparison: compareModels(champion, challenger, labels) };
}

async function rowsOf(spec: EvaluateSpec, context: JobContext): Promise<{ table: Table; places: Int32Array }> {
  const dataset = await context.table(spec.dataset.digest);
  if (spec.rows === 'all')
    return { table: dataset, places: Int32Array.from({ length: dataset.rows }, (_, row) => row) };
  const heldOut = spec.heldOut === null ? null : await context.table(spec.heldOut.digest);
  const { table, train, validation, test } = jobParts(withTarget(spec), dataset, heldOut);
  return { table, places: [test, validation].find(({ length }) => length > 0) ?? train };
}

function allClasses(spec: EvaluateSpec, table: Table): readonly string[] {
  const first = spec.models[0]?.classes ?? [];
  const others = [...spec.models.flatMap((model) => model.classes), ...levelsOf(table, labelOf(spec))];
  return [...new Set([...first, ...others])];
}

/** The model's answers, in the places its classes have among all. */
async function predict(model: EvaluatedModel, rows: LabelledRows, context: JobContext): Promise<Predictions> {
  const bytes = await context.blob(model.digest);
  const runner = await context.engine.open(bytes);
  let own: Predictions;
  try {
    own = await predictRows(runner, { ...rows, classes: model.classes }, rowsAtOnce(readModel(bytes)));
  } finally {
    await runner.close();
  }
  const places = model.classes.map((name) => rows.classes.indexOf(name));
  const probabilities = new Float32Array(rows.rows * rows.classes.length);
  for (let row = 0; row < rows.rows; row++) {
    for (const [index, place] of places.entries()) {
      probabilities[row * rows.classes.length + place] = own.probabilities[row * places.length + index] ?? 0;
    }
  }
  return { rows: rows.rows, probabilities, classIndex: own.classIndex.map((index) => places[index] ?? -1) };
}
