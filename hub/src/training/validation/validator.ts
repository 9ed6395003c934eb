import { float32, type Model, modelStats, type Tensor, weightsAsInputs, writeModel } from '@edgeloop/onnx';
import type { GraphEngine, GraphRunner } from '../../graph-engine.ts';
import { rowSize, type TrainingRows } from '../rows/batches.ts';
import type { ValidationFigures, ValidationTally } from './validation-tally.ts';

export interface ValidatorOptions {
  readonly forward: Model;
  readonly input: string;
  /** Value that is measured. */
  readonly output: string;
  /** Initializers that training changes. */
  readonly trained: readonly string[];
  readonly rows: TrainingRows;
  /** A new one for every measurement. */
  readonly tally: () => ValidationTally;
  readonly batchSize: number;
  readonly threads: number;
}

/** Multiplications of a run after which the price of calling it no longer shows. */
const WORTHWHILE_WORK = 20e6;
const MOST_ROWS = 2_048;

/** Measures weights on rows they were not trained on. One loaded graph serves for all epochs. */
export class Validator {
  readonly #runner: GraphRunner;
  readonly #options: ValidatorOptions;
  readonly #rowsAtOnce: number;

  private constructor(runner: GraphRunner, options: ValidatorOptions, rowsAtOnce: number) {
    this.#runner = runner;
    this.#options = options;
    this.#rowsAtOnce = rowsAtOnce;
  }

  static async open(engine: GraphEngine, options: ValidatorOptions): Promise<Validator> {
    const { forward, trained, batchSize, threads } = options;
    const runner = await engine.open(writeModel(weightsAsInputs(forward, trained)), { threads });
    // Large networks take no more memory here than a step does; small ones are not called for every few rows.
    const worthwhile = Math.ceil(WORTHWHILE_WORK / Math.max(1, modelStats(forward).multiplyAddsPerRow));
    return new Validator(runner, options, Math.max(batchSize, Math.min(MOST_ROWS, worthwhile)));
  }

  /** @param weights values of the trained initializers */
  async measure(weights: ReadonlyMap<string, Tensor>, signal?: AbortSignal): Promise<ValidationFigures> {
    const { rows, input, output } = this.#options;
    const size = rowSize(rows.dims);
    const tally = this.#options.tally();
    for (let start = 0; start < rows.rows; start += this.#rowsAtOnce) {
      signal?.throwIfAborted();
      const end = Math.min(rows.rows, start + this.#rowsAtOnce);
      const values = rows.values.subarray(start * size, end * size);
      const batch = float32(values, [end - start, ...rows.dims]);
      const outputs = await this.#runner.run({ ...Object.fromEntries(weights), [input]: batch });
      const labels = rows.labels?.subarray(start, end);
      tally.add(outputs[output]?.data as Float32Array, { rows: end - start, values, labels });
    }
    return tally.figures();
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
