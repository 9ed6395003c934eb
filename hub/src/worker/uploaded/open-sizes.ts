import type { Dim, ValueSummary } from '@edgeloop/onnx';

/** What sizes that a model leaves open are tried with, in this order: modest ones, such as its makers may have meant. */
const SIZES = {
  /** Height and width of images: what networks halve five times. */
  image: [96, 64, 48, 32, 128, 224, 320],
  /** Samples of sound, or columns. */
  row: [512, 256, 128, 64, 32, 16, 8, 4, 2, 1],
  /** Steps of a series, channels. */
  series: [32, 16, 64, 128, 8, 1],
  /** Words of a text. */
  words: [16, 8, 32, 1],
} as const;

/** How many ways of binding the open sizes there are to try. */
export const SIZE_ATTEMPTS: number = Math.max(...Object.values(SIZES).map(({ length }) => length));

export interface BoundSizes {
  /** Of one row, by input. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** By symbol, or input and axis. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Open sizes bound the `attempt`th way. Batches have 1 row; what is open in a state is taken for its batch; what has
 * one name has one size.
 */
export function bindOpenSizes(inputs: readonly ValueSummary[], attempt: number): BoundSizes {
  const bound = new Map<string, number>();
  const shapes = inputs.map(({ name, type, dims = [] }, index) => {
    const isState = index > 0 && type !== undefined && type.startsWith('float');
    const shape = dims.map((dim, axis) => {
      if (typeof dim === 'number') return dim;
      const key = dim ?? `${name}.${axis}`;
      const size = bound.get(key) ?? (axis === 0 || isState ? 1 : candidate(type, dims, attempt));
      bound.set(key, size);
      return size;
    });
    return [name, shape] as const;
  });
  return { shapes: new Map(shapes), sizes: Object.fromEntries(bound) };
}

function candidate(type: ValueSummary['type'], dims: readonly Dim[], attempt: number): number {
  const sizes = SIZES[kindOf(type, dims.length)];
  return sizes[attempt % sizes.length] ?? 1;
}

function kindOf(type: ValueSummary['type'], rank: number): keyof typeof SIZES {
  if (rank === 4) return 'image';
  if (type === 'int64' || type === 'int32' || type === 'string') return 'words';
  return rank === 2 ? 'row' : 'series';
}
