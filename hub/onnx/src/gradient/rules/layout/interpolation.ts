/** How entries of a resized axis come from those of the input. @see ONNX Resize-19 */
export interface Interpolation {
  readonly mode: 'nearest' | 'linear';
  readonly coordinates: CoordinateMode;
  readonly rounding: RoundingMode;
}

export type CoordinateMode =
  | 'half_pixel'
  | 'pytorch_half_pixel'
  | 'half_pixel_symmetric'
  | 'align_corners'
  | 'asymmetric'
  | 'tf_half_pixel_for_nn';

export type RoundingMode = 'floor' | 'ceil' | 'round_prefer_floor' | 'round_prefer_ceil';

/** An axis whose sizes and scale are known. `scale` is resized / size, or what the node says in its place. */
export interface ScaledAxis {
  readonly size: number;
  readonly resized: number;
  readonly scale: number;
}

/** Positions are computed in float32, as by ONNX Runtime, so that they round to the same entries. */
const f = Math.fround;

/** Position in the input of entry `at` of the resized axis. */
const COORDINATES: Readonly<Record<CoordinateMode, (at: number, axis: ScaledAxis) => number>> = {
  half_pixel: (at, { scale }) => f(f(f(at + 0.5) / scale) - 0.5),
  pytorch_half_pixel: (at, axis) => (axis.resized > 1 ? COORDINATES.half_pixel(at, axis) : 0),
  half_pixel_symmetric: (at, { scale, size, resized }) => {
    const adjustment = f(resized / f(scale * size));
    const offset = f(f(size / 2) * f(1 - adjustment));
    return f(f(offset + f(f(at + 0.5) / scale)) - 0.5);
  },
  align_corners: (at, { size, resized }) => (resized === 1 ? 0 : f((at * (size - 1)) / (resized - 1))),
  asymmetric: (at, { scale }) => f(at / scale),
  tf_half_pixel_for_nn: (at, { scale }) => f(f(at + 0.5) / scale),
};

const ROUNDINGS: Readonly<Record<RoundingMode, (position: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: (position) => Math.ceil(position - 0.5),
  round_prefer_ceil: (position) => Math.floor(position + 0.5),
};

export function isCoordinateMode(mode: string): mode is CoordinateMode {
  return mode in COORDINATES;
}

export function isRoundingMode(mode: string): mode is RoundingMode {
  return mode in ROUNDINGS;
}

/** Share of each entry of the input in each entry of the resized axis, [resized, size] row-major. */
export function interpolationMatrix(axis: ScaledAxis, interpolation: Interpolation): number[] {
  const { size, resized } = axis;
  const shares = new Array<number>(resized * size).fill(0);
  const add = (row: number, at: number, share: number): void => {
    shares[row * size + at] = (shares[row * size + at] ?? 0) + share;
  };
  const within = (at: number): number => Math.min(Math.max(at, 0), size - 1);
  for (let row = 0; row < resized; row += 1) {
    const position = COORDINATES[interpolation.coordinates](row, axis);
    if (interpolation.mode === 'nearest') {
      add(row, within(ROUNDINGS[interpolation.rounding](position)), 1);
      continue;
    }
    const inside = within(position);
    const share = inside - Math.floor(inside);
    add(row, Math.floor(inside), 1 - share);
    add(row, within(Math.floor(inside) + 1), share);
  }
  return shares;
}

/** Whether enlarging by a whole scale repeats each entry that often. */
export function repeatsEntries({ mode, coordinates, rounding }: Interpolation): boolean {
  if (mode !== 'nearest') return false;
  if (coordinates === 'asymmetric') return rounding === 'floor';
  return coordinates.includes('half_pixel') && coordinates !== 'tf_half_pixel_for_nn' && rounding.startsWith('round');
}
