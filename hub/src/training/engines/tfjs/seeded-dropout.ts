import { SeededRandom } from '../../seeded-random.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import { layersWithin } from './layers-within.ts';

/** An odd number without pattern: the fraction of the golden ratio. */
const STEP_KEY = 0x9e3779b1;
/** Cells that drop parts of what they read by a function of theirs. */
const CELLS: ReadonlySet<string> = new Set(['SimpleRNNCell', 'GRUCell', 'LSTMCell', 'ConvLSTM2DCell']);

/** What the library reads of a cell when it drops. */
interface DroppingCell {
  dropoutFunc: (ones: tf.Tensor, rate: number) => tf.Tensor;
}

/**
 * Makes all masks of dropout in a network follow from the seed and the number of the step, so that a training that went
 * on from a checkpoint drops what an uninterrupted one would have dropped. Left alone, the library draws anew each time.
 */
export class SeededDropout {
  readonly #seed: number;
  #random = new SeededRandom(0);

  constructor(model: tf.LayersModel, seed: number) {
    this.#seed = seed;
    const next = (): number => Math.floor(this.#random.next() * 2 ** 32);
    for (const layer of layersWithin(model)) {
      // SpatialDropout1D is one too.
      if ('seed' in layer && 'rate' in layer) Object.defineProperty(layer, 'seed', { get: next });
      if (!CELLS.has(layer.getClassName())) continue;
      const cell = layer as unknown as DroppingCell;
      cell.dropoutFunc = (ones, rate) => tf.dropout(ones, rate, undefined, next());
    }
  }

  /** @param step number of the step that comes */
  begin(step: number): void {
    this.#random = new SeededRandom((this.#seed + Math.imul(step + 1, STEP_KEY)) >>> 0);
  }
}
