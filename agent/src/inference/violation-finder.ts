import type { FeatureSpec, TensorSpec, Violation } from '@edgeloop/protocol';
import { inputKind } from '../input-kind.ts';
import type { TensorRow } from '../reading.ts';

/** Whether a value is one that the training data did not have. Missing values are not. */
type IsOdd = (value: number | string | undefined) => boolean;

/**
 * Finds values of an input's rows that the training data did not have: numbers and times out of its range, unknown
 * categories.
 */
export class ViolationFinder {
  readonly #columns: number;
  readonly #tests: readonly { readonly column: number; readonly violation: Violation; readonly isOdd: IsOdd }[];

  constructor(input: TensorSpec) {
    const kind = inputKind(input);
    const features = kind === 'image' || kind === 'tensor' ? [] : input.features;
    this.#columns = features.length;
    this.#tests = features.flatMap((feature, column) => {
      const isOdd = oddness(input, feature);
      if (isOdd === undefined) return [];
      return [{ column, isOdd, violation: { feature: feature.name, kind: isText(input) ? 'level' : 'range' } }];
    });
  }

  /** Each feature at most once, however many readings of a window are odd. */
  find({ values }: TensorRow): Violation[] {
    const found: Violation[] = [];
    for (const { column, violation, isOdd } of this.#tests) {
      for (let index = column; index < values.length; index += this.#columns) {
        if (!isOdd(values[index])) continue;
        found.push(violation);
        break;
      }
    }
    return found;
  }
}

/** What makes a value of the feature odd; undefined where nothing does. */
function oddness(input: TensorSpec, { kind, levels, range }: FeatureSpec): IsOdd | undefined {
  if (isText(input)) {
    if (kind !== 'category' || levels.length === 0) return undefined;
    const known = new Set(levels);
    return (value) => typeof value === 'string' && value !== '' && !known.has(value);
  }
  if (range === undefined) return undefined;
  // The range is of what the model was given: of float32 the rounded numbers.
  const rounded = input.elementType === 'float32' ? Math.fround : (value: number): number => value;
  const [min, max] = [rounded(range.min), rounded(range.max)];
  return (value) => typeof value === 'number' && (rounded(value) < min || rounded(value) > max);
}

function isText({ elementType }: TensorSpec): boolean {
  return elementType === 'string';
}
