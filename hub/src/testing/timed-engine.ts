import { type Model, readModel } from '@edgeloop/onnx';
import type { GraphEngine, GraphRunner } from '../graph-engine.ts';

/** An engine whose runs take as long as is said of their model, by a clock of its own. */
export class TimedEngine implements GraphEngine {
  readonly #engine: GraphEngine;
  readonly #runMs: (model: Model) => number;
  #clockMs = 0;

  constructor(engine: GraphEngine, runMs: (model: Model) => number) {
    this.#engine = engine;
    this.#runMs = runMs;
  }

  /** The clock. */
  readonly nowMs = (): number => this.#clockMs;

  get name(): string {
    return this.#engine.name;
  }

  get cores(): number {
    return this.#engine.cores;
  }

  get memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  async open(model: Uint8Array): Promise<GraphRunner> {
    const runner = await this.#engine.open(model);
    const runMs = this.#runMs(readModel(model));
    return {
      run: (feeds, into) => {
        this.#clockMs += runMs;
        return runner.run(feeds, into);
      },
      close: () => runner.close(),
    };
  }
}
