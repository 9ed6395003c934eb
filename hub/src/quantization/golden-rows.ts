import { GoldenVectors, type NamedTensor } from '@edgeloop/protocol';
import type { GraphRunner, Tensors } from '../graph-engine.ts';
import { OUTPUT_VALUES, predictRows } from '../predict-rows.ts';
import { entries, rowFeeds } from '../row-feeds.ts';
import type { TargetSpec } from '../store/job-rows.ts';
import type { InputRows, ModelPredictions, ModelRows } from '../store/model-rows.ts';
import { pickRows } from '../store/pick-rows.ts';
import { chooseRows } from './choose-rows.ts';
import { withGaps } from './gap-rows.ts';

const GOLDEN_ROWS = 32;
const FEWEST_ROWS = 4;
const CANDIDATES = 512;
/** Devices fetch the vectors with every form of a model. */
const MOST_BYTES = 2 * 1024 * 1024;
/** What rounding alone does to a float32, as a share of the largest number. */
const ROUNDING = 1e-5;

export interface GoldenRequest {
  readonly rows: ModelRows;
  readonly task: TargetSpec['task'];
  /** Largest accepted deviation of a probability; of numbers as a share of their range. */
  readonly tolerance: number;
  /** Rows in one run. */
  readonly atOnce: number;
}

/**
 * Known inputs with the outputs of this form of the model, for devices to test themselves with.
 *
 * Of classes only rows that the form is sure about, taken from all predicted classes in turn; of numbers rows from the
 * whole range. Some rows lack a value, at least one for every input.
 */
export async function goldenVectors(runner: GraphRunner, request: GoldenRequest): Promise<Uint8Array> {
  const { task, atOnce } = request;
  const { rows: candidates, gaps } = withGaps(request.rows, CANDIDATES);
  const found = await predictRows(runner, candidates, task, atOnce);
  const rows = pickRows(candidates, chooseRows(found, gaps, rowLimit(candidates.inputs)));
  const predictions = await predictRows(runner, rows, task, atOnce);
  return GoldenVectors.encode({
    rows: rows.rows,
    inputs: namedTensors(rowFeeds(rows, 0, rows.rows)),
    outputs: namedTensors(outputsOf(predictions)),
    tolerance: toleranceOf(found, request.tolerance),
  });
}

function rowLimit(inputs: readonly InputRows[]): number {
  const bytes = inputs.reduce((sum, { dims, values }) => {
    if (ArrayBuffer.isView(values)) return sum + entries(dims) * (values as Uint8Array).BYTES_PER_ELEMENT;
    return sum + (entries(dims) * textLength(values as readonly string[])) / Math.max(1, values.length);
  }, 0);
  return Math.max(FEWEST_ROWS, Math.min(GOLDEN_ROWS, Math.floor(MOST_BYTES / Math.max(1, bytes))));
}

function textLength(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
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

function namedTensors(tensors: Tensors): NamedTensor[] {
  return Object.entries(tensors).map(([name, { type, dims, data }]) => {
    const named = { name, elementType: type, dims: [...dims] };
    if (type === 'string') return { ...named, data: new Uint8Array(), strings: [...data] };
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    return { ...named, data: new Uint8Array(buffer, byteOffset, byteLength), strings: [] };
  });
}
