import { type Model, writeModel } from '@edgeloop/onnx';
import type { GraphEngine, Tensors } from '../../graph-engine.ts';
import type { FeedSource } from '../feed-source.ts';
import { noiseShare } from './signal-noise.ts';

/** Enough rows to tell which of two forms errs less. */
const PROBE_ROWS = 32;

/** A few calibration rows with what float32 says of them: tells how far other forms of the model are off. */
export class Probe {
  readonly #engine: GraphEngine;
  readonly #inputs: readonly Tensors[];
  readonly #signal: readonly Tensors[];

  private constructor(engine: GraphEngine, inputs: readonly Tensors[], signal: readonly Tensors[]) {
    this.#engine = engine;
    this.#inputs = inputs;
    this.#signal = signal;
  }

  /** Runs the float form on rows spread over the source. */
  static async of(float: Model, source: FeedSource, engine: GraphEngine): Promise<Probe> {
    const count = Math.min(PROBE_ROWS, source.rows);
    const inputs = Array.from({ length: count }, (_, index) =>
      source.feeds(Math.floor((index * source.rows) / count), 1),
    );
    return new Probe(engine, inputs, await outputsOf(float, inputs, engine));
  }

  get rows(): number {
    return this.#inputs.length;
  }

  /**
   * `noiseShare` of a form.
   *
   * @param rows of the probe, fewer to be quick
   */
  async noise(form: Model, rows: number = this.rows): Promise<number> {
    const inputs = this.#inputs.slice(0, rows);
    return noiseShare(this.#signal.slice(0, rows), await outputsOf(form, inputs, this.#engine));
  }
}

async function outputsOf(model: Model, inputs: readonly Tensors[], engine: GraphEngine): Promise<Tensors[]> {
  const runner = await engine.open(writeModel(model));
  try {
    const outputs: Tensors[] = [];
    for (const feeds of inputs) outputs.push(await runner.run(feeds));
    return outputs;
  } finally {
    await runner.close();
  }
}
