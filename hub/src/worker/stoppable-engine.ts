import type { GraphEngine, GraphRunner, OpenOptions, Tensors } from '../graph-engine.ts';

/** The engine, whose graphs run no more once the signal is aborted: a job then ends between two runs, wherever it is. */
export class StoppableEngine implements GraphEngine {
  readonly #engine: GraphEngine;
  readonly #signal: AbortSignal;

  constructor(engine: GraphEngine, signal: AbortSignal) {
    this.#engine = engine;
    this.#signal = signal;
  }

  get name(): string {
    return this.#engine.name;
  }

  get cores(): number {
    return this.#engine.cores;
  }

  get memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  async open(model: Uint8Array, options?: OpenOptions): Promise<GraphRunner> {
    this.#signal.throwIfAborted();
    const runner = await this.#engine.open(model, options);
    return {
      run: async (feeds: Tensors, into?: Tensors) => {
        this.#signal.throwIfAborted();
        return runner.run(feeds, into);
      },
      close: () => runner.close(),
    };
  }
}
