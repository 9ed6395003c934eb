import type { ModelInspection } from '@edgeloop/onnx';
import { KEPT_REASONS } from '../store/kept-reasons.ts';
import { printable } from './printable.ts';
import { renderFields, renderTable } from './table.ts';
import { opsetText, valueText } from './value-text.ts';
import { bytes, count } from './words.ts';

/** A file with weights that a model names. */
export type SideFile =
  | { readonly location: string; readonly state: 'there'; readonly sizeBytes: number }
  | { readonly location: string; readonly state: 'missing' | 'outside of the folder' };

export interface InspectedFile extends ModelInspection {
  readonly file: { readonly path: string; readonly sizeBytes: number };
  readonly sideFiles: readonly SideFile[];
  /** How many a look at the structure finds. */
  readonly faults: number;
}

/** Longer lists are cut; JSON has all of them. */
const MAX_ROWS = 20;

/** What a model is, for people. */
export function inspectionText(inspected: InspectedFile): string {
  return [head(inspected), operators(inspected), differentiation(inspected), quantization(inspected)].join('\n');
}

function head(inspected: InspectedFile): string {
  const { file, activations, values, unestimatedOperators, openSizes } = inspected;
  const isOpen = openSizes.length === 0 ? '' : `, open sizes as 1: ${openSizes.join(', ')}`;
  const others = unestimatedOperators.length === 0 ? '' : `, without ${unestimatedOperators.join(', ')}`;
  const unknown =
    activations.unknownValues === 0 ? '' : `, without ${activations.unknownValues} values of unknown type`;
  const at = activations.peakNode === '' ? '' : ` at ${activations.peakNode}`;
  return renderFields(
    printableFields({
      file: `${file.path}, ${bytes(file.sizeBytes)}`,
      ...(inspected.faults === 0 ? {} : { faults: `${inspected.faults}, which "edgeloop onnx check" tells` }),
      'made by': inspected.producer || 'unknown',
      graph: inspected.graphName,
      ...(inspected.description === '' ? {} : { description: inspected.description }),
      'operator sets': Object.entries(inspected.opsets)
        .map(([domain, version]) => opsetText(domain, version))
        .join(', '),
      'IR version': String(inspected.irVersion),
      inputs: inspected.inputs.map(valueText).join('; '),
      outputs: inspected.outputs.map(valueText).join('; '),
      parameters: `${count(inspected.parameterCount)}, ${bytes(inspected.weightBytes)}`,
      'multiply-adds': `${count(inspected.multiplyAddsPerRow)} per run${others}${isOpen}`,
      activations: `about ${bytes(activations.peakBytes)}${at}${unknown}${isOpen}`,
      types: `known of ${values.typed} of ${values.count} values`,
      ...(inspected.sideFiles.length === 0 ? {} : { 'weights in': inspected.sideFiles.map(sideFileText).join(', ') }),
      ...(inspected.sparseInitializers === 0 ? {} : { 'sparse constants': String(inspected.sparseInitializers) }),
      ...(inspected.functions.length === 0 ? {} : { functions: inspected.functions.join(', ') }),
      ...Object.fromEntries(Object.entries(inspected.metadata).map(([key, value]) => [`"${key}"`, value])),
    }),
  );
}

function printableFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [printable(name), printable(text)]));
}

function sideFileText(file: SideFile): string {
  return `${file.location} (${file.state === 'there' ? bytes(file.sizeBytes) : file.state})`;
}

function operators(inspected: InspectedFile): string {
  const rows = Object.entries(inspected.operators).sort(([, left], [, right]) => right - left);
  const columns = [
    ['OPERATOR', ([name]: (typeof rows)[number]) => printable(name)],
    ['NODES', ([, nodes]: (typeof rows)[number]) => nodes],
  ] as const;
  return renderTable(rows, columns, 'no nodes');
}

function differentiation({ differentiation: found }: InspectedFile): string {
  if (found.refusal !== undefined) return `differentiation: ${printable(found.refusal)}\n`;
  const through = Object.values(found.operators).reduce((sum, nodes) => sum + nodes, 0);
  const head = `differentiation: ${counted(found.trainable.length, 'weight')}, gradients through ${counted(through, 'node')}`;
  if (found.blocking.length === 0) return `${head}, all of them\n`;
  return `${head}, blocked at ${found.blocking.length}\n${nodeTable(found.blocking)}`;
}

function quantization({ quantization: found, opsets }: InspectedFile): string {
  if (found.refusal !== undefined) return `quantization: ${printable(found.refusal)}\n`;
  const { length } = found.quantized;
  const upgraded = found.opset > (opsets[''] ?? 1) && length > 0 ? ` once upgraded to operator set ${found.opset}` : '';
  const head = `quantization: ${counted(length, 'node')} ${length === 1 ? 'becomes' : 'become'} integer${upgraded}`;
  if (found.kept.length === 0) return `${head}\n`;
  return `${head}, ${found.kept.length} of their kind stay\n${nodeTable(found.kept.map((node) => ({ ...node, reason: KEPT_REASONS[node.reason] })))}`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

interface NodeRow {
  readonly node: string;
  readonly operator: string;
  readonly reason: string;
}

function nodeTable(rows: readonly NodeRow[]): string {
  const columns = [
    ['NODE', (row: NodeRow) => printable(row.node)],
    ['OPERATOR', (row: NodeRow) => printable(row.operator)],
    ['WHY', (row: NodeRow) => printable(row.reason)],
  ] as const;
  const more = rows.length > MAX_ROWS ? `... and ${rows.length - MAX_ROWS} more; --json has all\n` : '';
  return `${renderTable(rows.slice(0, MAX_ROWS), columns, 'none')}${more}`;
}
