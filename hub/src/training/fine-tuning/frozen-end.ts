import { inferTypes, type Model, separators, valuesBehind } from '@edgeloop/onnx';
import { InternalError } from '../../errors.ts';
import { entries } from '../../row-feeds.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { TableRows } from './table-rows.ts';

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

/**
 * The last value that everything passes, that no trained weight has a part in, and that is small enough to be kept for
 * all rows; the smallest where none is.
 *
 * @param headInput its shape is known whatever stands in front of it
 */
export function frozenEnd(
  whole: Model,
  trainable: readonly string[],
  headInput: FrozenEnd,
  { rows, features }: Pick<TableRows, 'rows' | 'features'>,
): FrozenEnd {
  const learned = valuesBehind(whole.graph, trainable);
  const types = inferTypes(whole);
  const rowDims = (value: string): readonly number[] | undefined => {
    if (value === headInput.value) return headInput.dims;
    const { type, dims } = types.typeOf(value);
    const [batch, ...row] = dims ?? [];
    const sizes = row.filter((dim) => typeof dim === 'number');
    const isWhole = type === 'float32' && typeof batch !== 'number' && sizes.length === row.length && row.length > 0;
    return isWhole ? sizes : undefined;
  };
  const [, ...values] = separators(whole, NETWORK_VALUES.features, NETWORK_VALUES.logits);
  const ends = values.toReversed().flatMap((value) => {
    const dims = learned.has(value) ? undefined : rowDims(value);
    return dims ? [{ value, dims }] : [];
  });
  const most = Math.max(MOST_PREPARED_VALUES, Math.min(SMALL_GROWTH * features.length * rows, MOST_GROWN_VALUES));
  const end = ends.find(({ dims }) => rows * entries(dims) <= most) ?? smallest(ends);
  if (end === undefined) throw new InternalError('the raw input must have a value to cut at, got none');
  return end;
}

function smallest(ends: readonly FrozenEnd[]): FrozenEnd | undefined {
  return ends.reduce<FrozenEnd | undefined>((least, end) => {
    return least === undefined || entries(end.dims) < entries(least.dims) ? end : least;
  }, undefined);
}
