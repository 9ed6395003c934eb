import type { FeatureSpec, TensorSpec, Violation } from '@edgeloop/protocol';
import { inputKind } from '../input-kind.ts';
import type { TensorRow } from '../reading.ts';

/**
 * Values of a row that the training data did not have: numbers and times out of its range, unknown categories. Each
 * feature at most once, however many readings of a window are odd. Missing values are none.
 */
export function findViolations(input: TensorSpec, { values }: TensorRow): Violation[] {
  const kind = inputKind(input);
  if (kind === 'image' || kind === 'tensor') return [];
  const columns = input.features.length;
  return input.features.flatMap((feature, column) => {
    const isOdd = oddness(input, feature);
    if (isOdd === undefined) return [];
    const violation: Violation = { feature: feature.name, kind: input.elementType === 'string' ? 'level' : 'range' };
    for (let index = column; index < values.length; index += columns) {
      if (isOdd(values[index])) return [violation];
    }
    return [];
  });
}

type Test = (value: number | string | undefined) => boolean;

/** What makes a value of the feature odd; undefined where nothing does. */
function oddness({ elementType }: TensorSpec, { kind, levels, range }: FeatureSpec): Test | undefined {
  if (elementType === 'string') {
    if (kind !== 'category' || levels.length === 0) return undefined;
    const known = new Set(levels);
    return (value) => typeof value === 'string' && value !== '' && !known.has(value);
  }
  if (range === undefined) return undefined;
  // The range is of what the model was given: of float32 the rounded numbers.
  const rounded = elementType === 'float32' ? Math.fround : (value: number): number => value;
  const [min, max] = [rounded(range.min), rounded(range.max)];
  return (value) => typeof value === 'number' && (rounded(value) < min || rounded(value) > max);
}
