import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/hub';
import { formatSignificant, NO_FIGURE } from '../format/numbers.ts';

/** More levels than these are counted, not named. */
const MAX_LEVELS = 12;

/** One column that a model reads, with the input that it is part of. */
export interface InputRow {
  readonly input: TensorSpec;
  readonly feature: FeatureSpec;
}

/** Every column of every input, in the order of the model. */
export function inputRows({ inputs }: ModelSignature): readonly InputRow[] {
  return inputs.flatMap((input) => input.features.map((feature) => ({ input, feature })));
}

/** 'number', 'image 32 × 32 × 3', 'window of 64 readings, every 16'. */
export function kindText({ input: { dims, layout, stride }, feature: { kind } }: InputRow): string {
  if (layout !== '') return `image ${dims.slice(1).map(sizeText).join(' × ')}`;
  if (dims.length === 3 && kind === 'number') return `window of ${sizeText(dims[1] ?? -1)} readings, every ${stride}`;
  return kind;
}

/** What the training data held: a range, or levels. */
export function contentText({ kind, range, levels }: FeatureSpec): string {
  if (levels.length > MAX_LEVELS) return `${levels.length} levels: ${levels.slice(0, MAX_LEVELS).join(', ')}, …`;
  if (levels.length > 0) return levels.join(', ');
  if (!range) return NO_FIGURE;
  const [min, max] = [range.min, range.max].map((end) => (kind === 'time' ? timeText(end) : formatSignificant(end)));
  return `${min} to ${max}`;
}

/** What the model says: of numbers with the unit, of anomalies from which score on. */
export function outputText({ task, target, threshold, classes }: ModelSignature): string {
  if (task === 'anomaly') return `an anomaly from score ${formatSignificant(threshold)} on`;
  if (!target) return `one of ${classes.length} classes: ${classes.join(', ')}`;
  const unit = target.unit === '' ? '' : ` in ${target.unit}`;
  return target.range ? `${target.name}${unit}; ${contentText(target)} in the data` : `${target.name}${unit}`;
}

function sizeText(size: number): string {
  return size < 0 ? 'any' : String(size);
}

/** The day alone tells enough of where the data came from. */
function timeText(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().slice(0, 10);
}
