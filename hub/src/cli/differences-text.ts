import type { Change, ModelDifferences, NodePartChange, TensorChange, TensorDifference } from '@edgeloop/onnx';
import { printable } from './printable.ts';
import { dimsText, opsetText, typeText } from './value-text.ts';
import { percent } from './words.ts';

/** Longer lists are cut; JSON has all of them. */
const MAX_LINES = 50;

/** What is different between two models, for people: + is only in the second, - only in the first, ~ in both. */
export function differencesText(differences: ModelDifferences): string {
  if (differences.isEqual) return 'no differences\n';
  const { nodes } = differences;
  return [
    section(
      'file',
      differences.fields.map((change) => changeLine(change, String)),
    ),
    section('operator sets', differences.opsets.map(opsetLine)),
    section(
      'inputs',
      differences.inputs.map((change) => changeLine(change, typeText)),
    ),
    section(
      'outputs',
      differences.outputs.map((change) => changeLine(change, typeText)),
    ),
    section(
      'nodes by operator',
      differences.operators.map((change) =>
        changeLine({ ...change, before: change.before ?? 0, after: change.after ?? 0 }, String),
      ),
    ),
    section('constants', differences.initializers.map(tensorLine)),
    section('nodes', [
      ...nodes.removed.map(({ node, operator }) => `- ${node} (${operator})`),
      ...nodes.added.map(({ node, operator }) => `+ ${node} (${operator})`),
      ...nodes.changed.flatMap(({ node, operator, changes }) => changes.map((part) => partLine(node, operator, part))),
    ]),
    section(
      'functions',
      differences.functions.map((change) => changeLine(change, String)),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, MAX_LINES).map((line) => `  ${printable(line)}\n`);
  const more = lines.length > MAX_LINES ? `  ... and ${lines.length - MAX_LINES} more; --json has all\n` : '';
  return `${title}\n${shown.join('')}${more}`;
}

function changeLine<Value>({ name, before, after }: Change<Value>, show: (value: Value) => string): string {
  if (before === undefined) return `+ ${name}${after === undefined ? '' : `: ${show(after)}`}`;
  return after === undefined ? `- ${name}: ${show(before)}` : `~ ${name}: ${show(before)} -> ${show(after)}`;
}

function opsetLine({ name, before, after }: Change<number>): string {
  if (before === undefined) return `+ ${opsetText(name, after ?? 0)}`;
  return after === undefined ? `- ${opsetText(name, before)}` : `~ ${opsetText(name, before)} -> ${after}`;
}

function tensorLine({ difference, ...change }: TensorChange): string {
  if (difference) return `~ ${change.name}: ${differenceText(difference)}`;
  return changeLine(change, ({ type, dims }) => `${type} ${dimsText(dims)}`);
}

function differenceText({ maxAbs, changedShare }: TensorDifference): string {
  if (changedShare === undefined) return 'values that cannot be compared';
  const most = maxAbs === undefined ? '' : `, by ${Number(maxAbs.toPrecision(4))} at most`;
  return `${percent(changedShare)} of the values differ${most}`;
}

function partLine(node: string, operator: string, { part, before, after, difference }: NodePartChange): string {
  const text = difference ? differenceText(difference) : `${before || 'nothing'} -> ${after || 'nothing'}`;
  return `~ ${node} (${operator}) ${part}: ${text}`;
}
