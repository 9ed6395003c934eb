import type { ModelSignature } from '@edgeloop/protocol';
import { describeError, OutsideError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Outcome, Reading } from '../reading.ts';
import { type EncodedRow, InputEncoder } from './input-encoder.ts';
import { OutputReader, type OutputRow, type OutputTensor } from './output-reader.ts';

/** The method of a model that a Predictor needs. */
export interface BatchModel {
  run(rows: readonly EncodedRow[]): Promise<Readonly<Record<string, OutputTensor>>>;
}

/** One reading with everything later stages want to know about it. */
export interface Inference {
  readonly reading: Reading;
  readonly outcome: Outcome;
  /** What the model saw, by feature name; empty when the reading did not fit. */
  readonly values: Readonly<Record<string, number | string | null>>;
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
    const rows = encoded.filter((item) => !(item instanceof Error)) as EncodedRow[];
    const startMs = performance.now();
    const results = await this.#runRows(rows);
    const latencyMs = performance.now() - startMs;
    faultPoint('runner.after-predict', this.#subject.version);
    let next = 0;
    return readings.map((reading, index) => {
      const row = encoded[index] as EncodedRow | Error;
      if (row instanceof Error) {
        const failure = describeError(row, 'INPUT_INVALID');
        return { reading, outcome: { failure }, values: this.#encoder.looseValuesOf(reading), latencyMs };
      }
      const values = this.#encoder.valuesOf(row);
      const result = results[next++] as OutputRow | Error;
      if (result instanceof Error) {
        return { reading, outcome: { failure: describeError(result, 'INFERENCE_FAILED') }, values, latencyMs };
      }
      return {
        reading,
        outcome: this.#outcome(reading, result),
        values,
        probabilities: result.probabilities,
        latencyMs,
      };
    });
  }

  #encode(reading: Reading): EncodedRow | Error {
    try {
      return this.#encoder.encode(reading);
    } catch (error) {
      return asError(error);
    }
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

  #outcome(reading: Reading, { predicted, classIndex, confidence, outputs }: OutputRow): Outcome {
    const { slot, model, version, idPrefix } = this.#subject;
    this.#count += 1;
    const id = `${idPrefix}-${this.#count.toString(36)}`;
    return { prediction: { id, atMs: reading.atMs, slot, model, version, predicted, classIndex, confidence, outputs } };
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new OutsideError('INFERENCE_FAILED', String(error));
}
