import type { NetworkLayers } from '../../network/network.ts';
import type { PreparedPart } from '../../preparation/preparation.ts';
import { tf } from '../../tensorflow/tensorflow.ts';

/** A part of a prepared row, and where it begins in it. */
interface Place {
  readonly part: PreparedPart;
  readonly start: number;
  readonly size: number;
  readonly dtype: tf.DataType;
}

/** Cuts batches of prepared rows into what the inputs of a LayersModel take. */
export class PartTensors {
  readonly #places: readonly Place[];
  readonly #rowSize: number;

  /** @param parts of a prepared row, in their order there */
  constructor(parts: readonly PreparedPart[], inputs: NetworkLayers['inputs'], { inputs: symbols }: tf.LayersModel) {
    const starts = new Map<string, number>();
    let size = 0;
    for (const part of parts) {
      starts.set(part.name, size);
      size += sizeOf(part);
    }
    this.#rowSize = size;
    this.#places = inputs.map((part, at) => {
      const dtype = symbols[at]?.dtype ?? 'float32';
      return { part, start: starts.get(part.name) ?? 0, size: sizeOf(part), dtype };
    });
  }

  /** @param values shape [rows, ...], row-major, images channel first */
  of(values: Float32Array, rows: number): tf.Tensor[] {
    const prepared = tf.tensor2d(values, [rows, this.#rowSize]);
    return this.#places.map(({ part, start, size, dtype }) => {
      const flat = size === this.#rowSize ? prepared : tf.slice(prepared, [0, start], [rows, size]);
      return tf.cast(shaped(flat, part, rows), dtype);
    });
  }
}

/** In the layout of the layers: images with their channels last. */
function shaped(flat: tf.Tensor, { kind, dims }: PreparedPart, rows: number): tf.Tensor {
  if (kind !== 'image') return tf.reshape(flat, [rows, ...dims]);
  const [height = 1, width = 1, channels = 1] = dims;
  return tf.transpose(tf.reshape(flat, [rows, channels, height, width]), [0, 2, 3, 1]);
}

function sizeOf({ dims }: PreparedPart): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
