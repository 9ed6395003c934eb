import { GoldenVectors } from '@edgeloop/protocol';
import type { GraphRunner, Tensors } from '../../graph-engine.ts';
import { OUTPUT_VALUES, predictRows, rowsPerRun } from '../../predict-rows.ts';
import { rowFeeds } from '../../row-feeds.ts';
import type { TargetSpec } from '../../store/job-rows.ts';
import type { ModelPredictions, ModelRows } from '../../store/model-rows.ts';
import { pickRows } from '../../store/pick-rows.ts';
import { chooseRows, safeMargin } from './choose-rows.ts';
import { classMargins } from './class-margins.ts';
import { withGaps } from './gap-rows.ts';
import { fewRowsNotes, type Golden, type GoldenOptions, goldenRowCount } from './golden.ts';
import { namedTensors, tensorsBytes } from './named-tensors.ts';

const CANDIDATES = 512;
/** What rounding alone does to a float32, as a share of the largest number. */
const ROUNDING = 1e-5;

export interface GoldenRowsRequest extends GoldenOptions {
  readonly rows: ModelRows;
  readonly task: TargetSpec['task'];
}

/**
 * Known inputs with the outputs of this form of the model, for devices to test themselves with.
 *
 * Of classes rows that the form is surest about, taken from all predicted classes in turn; of numbers rows from the
 * whole range. Some rows lack a value, where one can be at least one for every input.
 */
export async function goldenRows(runner: GraphRunner, request: GoldenRowsRequest): Promise<Golden> {
  const { task, atOnce } = request;
  const { rows: candidates, gaps } = withGaps(request.rows, CANDIDATES);
  const found = await predictRows(runner, candidates, task, atOnce);
  const bytesPerRow = tensorsBytes(rowFeeds(candidates, 0, candidates.rows)) / Math.max(1, candidates.rows);
  const { tolerance } = request;
  const rows = pickRows(candidates, chooseRows(found, gaps, { count: goldenRowCount(bytesPerRow), tolerance }));
  const predictions = await predictRows(runner, rows, task, atOnce);
  const bytes = GoldenVectors.encode({
    rows: rows.rows,
    inputs: namedTensors(rowFeeds(rows, 0, rows.rows)),
    outputs: namedTensors(outputsOf(predictions)),
    tolerance: toleranceOf(found, tolerance),
    rowsPerRun: Math.min(rows.rows, rowsPerRun(rows, atOnce)),
  });
  return {
    bytes,
    rows: rows.rows,
    notes: [...fewRowsNotes(rows.rows, bytesPerRow), ...unsureNotes(predictions, tolerance)],
  };
}

function unsureNotes(predictions: ModelPredictions, tolerance: number): string[] {
  if (predictions.kind === 'number') return [];
  const least = safeMargin(tolerance);
  const unsure = classMargins(predictions).filter((margin) => margin < least).length;
  const rows = `${unsure} of ${predictions.rows} golden rows`;
  const why = `the two likeliest classes lie within ${least} of each other`;
  return unsure === 0 ? [] : [`of ${rows} ${why}, as there are no clearer ones: another processor may name the other`];
}

/** Without the score of anomalies: it has no bounds, and probabilities follow from it. */
function outputsOf(predictions: ModelPredictions): Tensors {
  const { rows } = predictions;
  if (predictions.kind === 'number') {
    return { [OUTPUT_VALUES.value]: { type: 'float32', dims: [rows, 1], data: predictions.values } };
  }
  const { probabilities, classIndex } = predictions;
  const dims = [rows, probabilities.length / rows];
  return {
    [OUTPUT_VALUES.probabilities]: { type: 'float32', dims, data: probabilities },
    [OUTPUT_VALUES.classIndex]: { type: 'int64', dims: [rows], data: BigInt64Array.from(classIndex, BigInt) },
  };
}

function toleranceOf(predictions: ModelPredictions, tolerance: number): number {
  if (predictions.kind === 'classes') return tolerance;
  const { values } = predictions;
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return Math.max(tolerance * (max - min), ROUNDING * Math.max(Math.abs(min), Math.abs(max)));
}
