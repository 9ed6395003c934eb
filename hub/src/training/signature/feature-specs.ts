import type { FeatureSpec, ValueRange } from '@edgeloop/protocol';
import type { InputKind, InputRows } from '../../store/model-rows.ts';
import { ownEntry } from '../../store/own-entry.ts';

const FEATURE_KINDS: Readonly<Record<InputKind, string>> = {
  numbers: 'number',
  window: 'number',
  categories: 'category',
  times: 'time',
  text: 'text',
  image: 'image',
};
/** A column with more levels than this is open: a device could not tell an odd one from one that was not seen yet. */
const MOST_LEVELS = 1_000;

type Units = Readonly<Record<string, string>>;
type Numbers = Float32Array | Float64Array;

/** What a device may expect of each column of an input, by the rows that are there. */
export function featureSpecs({ spec, values }: InputRows, units: Units): FeatureSpec[] {
  return spec.columns.map((name, index) => {
    const feature = plainFeature(name, FEATURE_KINDS[spec.kind], units);
    if (spec.kind === 'categories') feature.levels = levelsOf(values as readonly string[], index, spec.columns.length);
    if (values instanceof Float32Array || values instanceof Float64Array) {
      feature.range = rangeOf(values, index, spec.columns.length);
    }
    return feature;
  });
}

/** A number with the range it was seen in. */
export function numberFeature(name: string, units: Units, values: Numbers): FeatureSpec {
  return { ...plainFeature(name, 'number', units), range: rangeOf(values, 0, 1) };
}

function plainFeature(name: string, kind: string, units: Units): FeatureSpec {
  return { name, kind, unit: ownEntry(units, name) ?? '', description: '', levels: [] };
}

function levelsOf(values: readonly string[], first: number, step: number): string[] {
  const levels = new Set<string>();
  for (let at = first; at < values.length && levels.size <= MOST_LEVELS; at += step) levels.add(values[at] ?? '');
  levels.delete('');
  return levels.size > MOST_LEVELS ? [] : [...levels].sort();
}

function rangeOf(values: Numbers, first: number, step: number): ValueRange | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = first; at < values.length; at += step) {
    const value = values[at] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return undefined;
  return values instanceof Float32Array ? { min: shortest(min), max: shortest(max) } : { min, max };
}

/** The number with the fewest digits that is this one as a float32: 0.1, not 0.10000000149. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
