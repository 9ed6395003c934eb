import type { ModelSignature } from '@edgeloop/protocol';
import { describeError, OutsideError, ReadingRefused } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Outcome, Prediction, Reading } from '../reading.ts';
import { batchesOf } from './batches.ts';
import { type EncodedReading, type EncodedRow, InputEncoder, type NamedValues } from './input-encoder.ts';
import { OutputReader, type OutputRow, type OutputTensor } from './output-reader.ts';

/** The method of a model that a Predictor needs. */
export interface BatchModel {
  run(rows: readonly EncodedRow[]): Promise<Readonly<Record<string, OutputTensor>>>;
}

/** One reading with everything later stages want to know about it. */
export interface Inference {
  readonly reading: Reading;
  readonly outcome: Outcome;
  /** What the model saw, by feature name; of a reading that did not fit what could be read. */
  readonly values: Readonly<NamedValues>;
  readonly probabilities?: readonly number[] | undefined;
  /** Time of the batch this reading was in. */
  readonly latencyMs: number;
}

/** Whose predictions these are. */
export interface PredictorSubject {
  readonly slot: string;
  readonly model: string;
  readonly version: number;
  readonly signature: ModelSignature;
  /** Start of every prediction id; unique to this process. */
  readonly idPrefix: string;
}

/** What the model gave one row, and how long its batch took. */
interface RowRun {
  readonly result: OutputRow | Error;
  readonly latencyMs: number;
}

/** Turns batches of readings into predictions. Errors belong to the reading that caused them and never leave `predict`. */
export class Predictor {
  readonly #model: BatchModel;
  readonly #subject: PredictorSubject;
  readonly #encoder: InputEncoder;
  readonly #outputs: OutputReader;
  #count = 0;

  constructor(model: BatchModel, subject: PredictorSubject) {
    this.#model = model;
    this.#subject = subject;
    this.#encoder = new InputEncoder(subject.signature);
    this.#outputs = new OutputReader(subject.signature);
  }

  /** Predictions made so far. */
  get count(): number {
    return this.#count;
  }

  /** One Inference per reading, in the same order. */
  async predict(readings: readonly Reading[]): Promise<Inference[]> {
    const encoded = readings.map((reading) => this.#encode(reading));
    const fitting = [...encoded.keys()].filter((place) => !(encoded[place] instanceof Error));
    const results = await this.#runAll(fitting.map((place) => (encoded[place] as EncodedReading).row));
    const resultOf = new Map(fitting.map((place, index) => [place, results[index]]));
    faultPoint('runner.after-predict', this.#subject.version);
    return readings.map((reading, place) => {
      const one = encoded[place] as EncodedReading | Error;
      if (one instanceof Error) return this.#refused(reading, one);
      return this.#inference(reading, one, resultOf.get(place));
    });
  }

  #encode(reading: Reading): EncodedReading | Error {
    try {
      return this.#encoder.encode(reading);
    } catch (error) {
      return asError(error);
    }
  }

  #refused(reading: Reading, error: Error): Inference {
    const violation = error instanceof ReadingRefused ? error.violation : undefined;
    const failure = { ...describeError(error, 'INPUT_INVALID'), field: violation?.feature };
    const outcome = { failure, violations: violation === undefined ? [] : [violation] };
    return { reading, outcome, values: this.#encoder.looseValuesOf(reading), latencyMs: 0 };
  }

  #inference(reading: Reading, { row, violations }: EncodedReading, run: RowRun | undefined): Inference {
    const values = this.#encoder.valuesOf(row);
    const result = run?.result ?? new OutsideError('INFERENCE_FAILED', 'expected a result, got none');
    const latencyMs = run?.latencyMs ?? 0;
    if (result instanceof Error) {
      return {
        reading,
        outcome: { failure: describeError(result, 'INFERENCE_FAILED'), violations },
        values,
        latencyMs,
      };
    }
    const outcome: Outcome = { prediction: this.#prediction(reading, result), violations };
    return { reading, outcome, values, probabilities: result.probabilities, latencyMs };
  }

  /** Runs rows in as few batches as their shapes allow; results in the order of the rows. */
  async #runAll(rows: readonly EncodedRow[]): Promise<RowRun[]> {
    const runs = new Array<RowRun>(rows.length);
    for (const places of batchesOf(rows)) {
      const startMs = performance.now();
      const results = await this.#runRows(places.map((place) => rows[place] as EncodedRow));
      const latencyMs = performance.now() - startMs;
      for (const [index, place] of places.entries())
        runs[place] = { result: results[index] as OutputRow | Error, latencyMs };
    }
    return runs;
  }

  /** A batch that cannot be run as one is run row by row, so that a bad row spoils no other. */
  async #runRows(rows: readonly EncodedRow[]): Promise<(OutputRow | Error)[]> {
    if (rows.length === 0) return [];
    try {
      const outputs = await this.#model.run(rows);
      this.#outputs.check(outputs, rows.length);
      return rows.map((_, index) => this.#readRow(outputs, index));
    } catch (error) {
      if (rows.length === 1) return [asError(error)];
    }
    const results: (OutputRow | Error)[] = [];
    for (const row of rows) results.push(...(await this.#runRows([row])));
    return results;
  }

  #readRow(outputs: Readonly<Record<string, OutputTensor>>, index: number): OutputRow | Error {
    try {
      return this.#outputs.row(outputs, index);
    } catch (error) {
      return asError(error);
    }
  }

  #prediction(reading: Reading, { predicted, classIndex, confidence, score, outputs }: OutputRow): Prediction {
    const { slot, model, version, idPrefix } = this.#subject;
    this.#count += 1;
    const id = `${idPrefix}-${this.#count.toString(36)}`;
    return { id, atMs: reading.atMs, slot, model, version, predicted, classIndex, confidence, score, outputs };
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new OutsideError('INFERENCE_FAILED', String(error));
}
