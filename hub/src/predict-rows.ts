import { OutsideError } from './errors.ts';
import type { GraphRunner, Tensors } from './graph-engine.ts';
import { inputsAtOnce, rowFeeds } from './row-feeds.ts';
import { MOST_ROWS_AT_ONCE } from './rows-at-once.ts';
import type { TargetSpec } from './store/job-rows.ts';
import type { ClassPredictions, ModelPredictions, ModelRows, NumberPredictions } from './store/model-rows.ts';

/** Names of the outputs of the models that the hub makes. */
export const OUTPUT_VALUES = {
  probabilities: 'probabilities',
  classIndex: 'class_index',
  value: 'value',
  score: 'score',
} as const;

/** Names of the inputs and outputs of every classifier over number columns that the hub makes. */
export const CLASSIFIER_VALUES = {
  features: 'features',
  probabilities: OUTPUT_VALUES.probabilities,
  classIndex: OUTPUT_VALUES.classIndex,
} as const;

type Task = TargetSpec['task'];

/**
 * What a model says about every row.
 *
 * @param atOnce rows in one run; `rowsAtOnce` tells how many a large model takes. Of texts and images never more than
 *   fit into memory
 * @throws OutsideError MODEL_INVALID when it has other outputs than models of this task, or another number of classes
 */
export function predictRows(
  runner: GraphRunner,
  rows: ModelRows,
  task: 'classification' | 'anomaly',
  atOnce?: number,
): Promise<ClassPredictions>;
export function predictRows(
  runner: GraphRunner,
  rows: ModelRows,
  task: 'regression',
  atOnce?: number,
): Promise<NumberPredictions>;
export function predictRows(
  runner: GraphRunner,
  rows: ModelRows,
  task: Task,
  atOnce?: number,
): Promise<ModelPredictions>;
export async function predictRows(
  runner: GraphRunner,
  input: ModelRows,
  task: Task,
  atOnce: number = MOST_ROWS_AT_ONCE,
): Promise<ModelPredictions> {
  const count = rowsPerRun(input, atOnce);
  const tally = task === 'regression' ? new NumberTally(input.rows) : new ClassTally(input, task);
  for (let start = 0; start < input.rows; start += count) {
    tally.add(await runner.run(rowFeeds(input, start, count)), start, Math.min(count, input.rows - start));
  }
  return tally.predictions;
}

/** Rows that `predictRows` gives to a model at once. */
export function rowsPerRun({ inputs }: Pick<ModelRows, 'inputs'>, atOnce: number): number {
  return Math.min(atOnce, inputsAtOnce(inputs));
}

class NumberTally {
  readonly predictions: NumberPredictions;

  constructor(rows: number) {
    this.predictions = { kind: 'number', rows, values: new Float32Array(rows) };
  }

  add(outputs: Tensors, start: number, rows: number): void {
    this.predictions.values.set(floats(outputs, OUTPUT_VALUES.value, rows), start);
  }
}

class ClassTally {
  readonly #classes: number;
  readonly #probabilities: Float32Array;
  readonly #classIndex: Int32Array;
  readonly #scores: Float32Array | undefined;

  constructor({ rows, target }: ModelRows, task: Task) {
    this.#classes = target.kind === 'classes' ? target.classes.length : 0;
    this.#probabilities = new Float32Array(rows * this.#classes);
    this.#classIndex = new Int32Array(rows);
    this.#scores = task === 'anomaly' ? new Float32Array(rows) : undefined;
  }

  get predictions(): ClassPredictions {
    const [rows, scores] = [this.#classIndex.length, this.#scores];
    const predictions = { kind: 'classes' as const, rows };
    const values = { probabilities: this.#probabilities, classIndex: this.#classIndex };
    return { ...predictions, ...values, ...(scores && { scores }) };
  }

  add(outputs: Tensors, start: number, rows: number): void {
    const indices = outputs[OUTPUT_VALUES.classIndex]?.data;
    if (!(indices instanceof BigInt64Array)) throw missing(OUTPUT_VALUES.classIndex, outputs);
    this.#probabilities.set(floats(outputs, OUTPUT_VALUES.probabilities, rows * this.#classes), start * this.#classes);
    this.#classIndex.set(Int32Array.from(indices, Number), start);
    this.#scores?.set(floats(outputs, OUTPUT_VALUES.score, rows), start);
  }
}

function floats(outputs: Tensors, name: string, count: number): Float32Array {
  const values = outputs[name]?.data;
  if (!(values instanceof Float32Array)) throw missing(name, outputs);
  if (values.length === count) return values;
  throw new OutsideError('MODEL_INVALID', `output ${name}: expected ${count} values, got ${values.length}`);
}

function missing(name: string, outputs: Tensors): OutsideError {
  return new OutsideError('MODEL_INVALID', `expected an output ${name}, got ${Object.keys(outputs).join(', ')}`);
}
