import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { printable } from './printable.ts';
import { renderFields, renderTable } from './table.ts';

/** Longer lists are cut; JSON has all of them. */
const MAX_ROWS = 30;
const MAX_LEVELS = 8;

interface InputRow {
  readonly input: TensorSpec;
  readonly feature: FeatureSpec;
}

/** What a model reads and what it says, for people. */
export function signatureText({ inputs, target, task, threshold }: ModelSignature): string {
  const rows = inputs.flatMap((input) => input.features.map((feature) => ({ input, feature })));
  const table = renderTable(
    rows.slice(0, MAX_ROWS),
    [
      ['INPUT', ({ input }: InputRow) => printable(input.name)],
      ['COLUMN', ({ feature }: InputRow) => printable(feature.name)],
      ['KIND', ({ input, feature }: InputRow) => kindText(input, feature)],
      ['UNIT', ({ feature }: InputRow) => printable(feature.unit) || null],
      ['IN THE DATA', ({ feature }: InputRow) => contentText(feature)],
    ],
    'no inputs',
  );
  const more = rows.length > MAX_ROWS ? `and ${rows.length - MAX_ROWS} more, which --json tells\n` : '';
  return `inputs\n${table}${more}${outputText({ task, target, threshold })}`;
}

function kindText({ dims, stride, layout }: TensorSpec, { kind }: FeatureSpec): string {
  if (layout !== '') return `image ${dims.slice(1).map(sizeText).join(' x ')}`;
  if (dims.length === 3 && kind === 'number') return `window of ${sizeText(dims[1] ?? -1)} readings, every ${stride}`;
  return printable(kind);
}

function sizeText(size: number): string {
  return size < 0 ? 'any' : String(size);
}

function contentText({ kind, range, levels }: FeatureSpec): string | null {
  if (levels.length > 0) {
    const more = levels.length > MAX_LEVELS ? ` and ${levels.length - MAX_LEVELS} more` : '';
    return printable(`${levels.slice(0, MAX_LEVELS).join(', ')}${more}`);
  }
  if (range === undefined) return null;
  const [min, max] = [range.min, range.max].map((end) => (kind === 'time' ? timeText(end) : String(end)));
  return `${min} to ${max}`;
}

/** The widest range of a calendar; anything outside is a number all the same. */
function timeText(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function outputText({ task, target, threshold }: Pick<ModelSignature, 'task' | 'target' | 'threshold'>): string {
  if (task === 'anomaly') return `\n${renderFields({ 'anomaly from': `score ${threshold}` })}`;
  if (!target) return '';
  const unit = target.unit === '' ? '' : ` in ${target.unit}`;
  const content = contentText(target);
  return `\n${renderFields({ tells: printable(`${target.name}${unit}${content === null ? '' : `, ${content} in the data`}`) })}`;
}
