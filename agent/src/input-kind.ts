import type { FeatureSpec, TensorSpec } from '@edgeloop/protocol';

/**
 * How an input of a model is filled from a reading.
 *
 * - fields: one named value per column, [columns]
 * - image: bytes, [height, width, channels]
 * - window: readings of a stream, oldest first, [size, channels]
 * - tensor: only as a whole, since nobody said what its columns are
 */
export type InputKind = 'fields' | 'image' | 'window' | 'tensor';

/** What the signature says an input is. */
export function inputKind({ layout, stride, dims, features }: TensorSpec): InputKind {
  if (layout === 'NHWC' && dims.length === 4) return 'image';
  if (features.length === 0) return 'tensor';
  return dims.length === 3 && stride > 0 && dims[2] === features.length ? 'window' : 'fields';
}

/** The name by which people know an input: of an image, a text or another single column the column's, else its own. */
export function featureOf({ name, features }: TensorSpec): string {
  return (features.length === 1 ? features[0]?.name : undefined) ?? name;
}

/** Whether the feature is a time, whatever its tensor holds. */
export function isTime(feature: FeatureSpec): boolean {
  return feature.kind === 'time';
}

/** Whether elements of this type can be NaN. */
export function isFloating(elementType: string): boolean {
  return elementType.startsWith('float') || elementType === 'double';
}

/** Dimensions of a row behind the batch; one open dimension takes what is left of `elements`. */
export function rowDims(dims: readonly number[], elements: number): number[] {
  const tail = dims.slice(1);
  const known = tail.reduce((product, dim) => (dim < 0 ? product : product * dim), 1);
  return tail.map((dim) => (dim < 0 ? elements / Math.max(1, known) : dim));
}

/** Elements of a row of this shape. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Whether a row of this shape can be one of the input. An image has at least one pixel. */
export function fitsShape(input: TensorSpec, dims: readonly number[]): boolean {
  const expected = input.dims.slice(1);
  const least = inputKind(input) === 'image' ? 1 : 0;
  return (
    dims.length === expected.length &&
    expected.every((dim, index) => (dim < 0 ? (dims[index] ?? -1) >= least : dims[index] === dim))
  );
}
