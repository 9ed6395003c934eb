import type { FeatureReference, Reference } from '../generated/messages.ts';

/** One thing that cannot be true. */
export interface Fault {
  /** Path of the field, such as `features[3].bins`. */
  readonly field: string;
  /** What was expected and what came. */
  readonly message: string;
}

/** What contradicts itself in a reference, or does not fit a model with `classCount` classes. Empty when sound. */
export function checkReference(reference: Reference, classCount: number): Fault[] {
  const faults = reference.features.flatMap((feature, index) => checkFeature(feature, `features[${index}]`));
  const { predictedClasses, calibrationConfidence, calibrationAccuracy } = reference;
  if (predictedClasses.length !== 0 && predictedClasses.length !== classCount) {
    faults.push(fault('predictedClasses', `${classCount} counts`, predictedClasses.length));
  }
  if (calibrationConfidence.length !== calibrationAccuracy.length) {
    faults.push(fault('calibrationAccuracy', `${calibrationConfidence.length} values`, calibrationAccuracy.length));
  }
  if (!isAscending(calibrationConfidence)) faults.push(fault('calibrationConfidence', 'ascending numbers', 'others'));
  if (!calibrationAccuracy.every((share) => share >= 0 && share <= 1)) {
    faults.push(fault('calibrationAccuracy', 'shares from 0 to 1', 'others'));
  }
  const names = new Set(reference.features.map((feature) => feature.name));
  if (names.size !== reference.features.length) {
    faults.push(fault('features', 'different names', `${names.size} names for ${reference.features.length} features`));
  }
  return faults;
}

/** How many bins a feature has, on the device as in the reference. */
export function binCountOf(feature: Pick<FeatureReference, 'kind' | 'edges' | 'levels'>): number {
  return (feature.kind === 'category' ? feature.levels.length : feature.edges.length) + 1;
}

/** @package */
export function fault(field: string, expected: string, got: unknown): Fault {
  return { field, message: `expected ${expected}, got ${String(got)}` };
}

function checkFeature(feature: FeatureReference, field: string): Fault[] {
  const faults: Fault[] = [];
  if (!['number', 'time', 'category'].includes(feature.kind)) {
    faults.push(fault(`${field}.kind`, '"number", "time" or "category"', JSON.stringify(feature.kind)));
  }
  if (!isAscending(feature.edges)) faults.push(fault(`${field}.edges`, 'ascending numbers', 'others'));
  if (new Set(feature.levels).size !== feature.levels.length) {
    faults.push(fault(`${field}.levels`, 'different levels', 'the same level twice'));
  }
  if (feature.bins.length !== 0 && feature.bins.length !== binCountOf(feature)) {
    faults.push(fault(`${field}.bins`, `${binCountOf(feature)} counts`, feature.bins.length));
  }
  return faults;
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => Number.isFinite(number) && !(number <= (numbers[index - 1] ?? -Infinity)));
}
