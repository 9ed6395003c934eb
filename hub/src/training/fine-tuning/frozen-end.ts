import { inferTypes, type Model, separators, valuesBehind } from '@edgeloop/onnx';
import { entries } from '../../row-feeds.ts';

/** Values of the frozen part's result that may be kept for all rows: 256 MiB. */
const MOST_PREPARED_VALUES = 2 ** 26;
/** A result this many times the raw row may be kept for more rows than that, which saves more than it costs. */
const SMALL_GROWTH = 4;
/** 1 GiB. */
const MOST_GROWN_VALUES = 2 ** 28;

/** Where the part of a network that does not learn ends. */
export interface FrozenEnd {
  readonly value: string;
  /** Shape of one row. */
  readonly dims: readonly number[];
}

export interface FrozenPart {
  /** Inputs of the model. */
  readonly inputs: readonly string[];
  /** What the model is trained for. */
  readonly output: string;
  /** Initializers that learn. */
  readonly trainable: readonly string[];
  readonly rows: number;
  /** Values of a raw row. */
  readonly rowValues: number;
  /** A value whose shape is known whatever stands in front of it. */
  readonly known?: FrozenEnd | undefined;
}

/**
 * The last value that everything passes, that no trained weight has a part in, and that is small enough to be kept for
 * all rows; the smallest where none is. Undefined where nothing is passed by everything.
 */
export function frozenEnd(whole: Model, part: FrozenPart): FrozenEnd | undefined {
  const { inputs, output, rows, rowValues, known } = part;
  const learned = valuesBehind(whole.graph, part.trainable);
  const types = inferTypes(whole);
  const rowDims = (value: string): readonly number[] | undefined => {
    if (value === known?.value) return known.dims;
    const { type, dims } = types.typeOf(value);
    const [batch, ...row] = dims ?? [];
    const sizes = row.filter((dim) => typeof dim === 'number');
    const isWhole = type === 'float32' && typeof batch !== 'number' && sizes.length === row.length && row.length > 0;
    return isWhole ? sizes : undefined;
  };
  const ends = passedByAll(whole, inputs, output)
    .toReversed()
    .flatMap((value) => {
      const dims = learned.has(value) ? undefined : rowDims(value);
      return dims ? [{ value, dims }] : [];
    });
  const most = Math.max(MOST_PREPARED_VALUES, Math.min(SMALL_GROWTH * rowValues * rows, MOST_GROWN_VALUES));
  return ends.find(({ dims }) => rows * entries(dims) <= most) ?? smallest(ends);
}

/** Values behind the inputs that the way from each of them to the output passes, in order. */
function passedByAll(whole: Model, inputs: readonly string[], output: string): string[] {
  const own = new Set(inputs);
  const ways = inputs.map((input) => separators(whole, input, output)).filter((way) => way.length > 0);
  const [first = [], ...others] = ways;
  return first.filter((value) => !own.has(value) && others.every((way) => way.includes(value)));
}

function smallest(ends: readonly FrozenEnd[]): FrozenEnd | undefined {
  return ends.reduce<FrozenEnd | undefined>((least, end) => {
    return least === undefined || entries(end.dims) < entries(least.dims) ? end : least;
  }, undefined);
}
