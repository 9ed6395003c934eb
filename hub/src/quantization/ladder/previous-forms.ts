import { type Model, readModel } from '@edgeloop/onnx';
import { messageOf } from '../../errors.ts';
import { endsJob } from './ends-job.ts';

/** Bytes of the form of this name of the version before; undefined where it had none. */
export type LoadForm = (name: string) => Promise<Uint8Array | undefined>;

/**
 * Forms of the version before, whose scales new forms keep. One that cannot be used only costs devices a longer
 * download, so it is left out with a note.
 */
export class PreviousForms {
  readonly #load: LoadForm | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #read = new Map<string, Promise<Model | undefined>>();
  readonly #problems = new Map<string, string>();

  constructor(load: LoadForm | undefined, signal: AbortSignal | undefined) {
    this.#load = load;
    this.#signal = signal;
  }

  /** One sentence for each form that was left out. */
  get notes(): readonly string[] {
    return [...this.#problems].map(
      ([name, problem]) => `scales of ${name} of the version before were not kept, so deltas are larger: ${problem}`,
    );
  }

  /** What `make` makes with the form of this name, without it where that does not work. */
  async keepScales(name: string, make: (previous: Model | undefined) => Promise<Model>): Promise<Model> {
    const previous = await this.#form(name);
    if (previous === undefined) return make(undefined);
    try {
      return await make(previous);
    } catch (error) {
      if (endsJob(error, this.#signal)) throw error;
      const made = await make(undefined);
      this.#leaveOut(name, error);
      return made;
    }
  }

  #form(name: string): Promise<Model | undefined> {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const reading = this.#readForm(name);
    this.#read.set(name, reading);
    return reading;
  }

  async #readForm(name: string): Promise<Model | undefined> {
    try {
      const bytes = await this.#load?.(name);
      return bytes && readModel(bytes);
    } catch (error) {
      if (endsJob(error, this.#signal)) throw error;
      this.#leaveOut(name, error);
      return undefined;
    }
  }

  #leaveOut(name: string, error: unknown): void {
    this.#problems.set(name, messageOf(error));
    this.#read.set(name, Promise.resolve(undefined));
  }
}
