import { RequestError } from '../errors.ts';
import { ownEntry } from '../store/own-entry.ts';
import type { SampleRecord } from '../store/sample-store.ts';
import type { Column, Table } from '../store/table.ts';
import { codedColumn, requireColumn } from './table-rows.ts';

/**
 * Labelled samples from devices as rows of a data set, in the columns of `base`. Samples without a label are left out.
 *
 * A column that no sample knows stays missing; one that only the samples know is left out.
 *
 * @throws RequestError INVALID_INPUT when a sample holds a text where the data set holds numbers, or none is labelled
 */
export function tableFromSamples(samples: readonly SampleRecord[], base: Table, label: string): Table {
  requireColumn(base, label);
  const labelled = samples.filter((sample) => sample.label !== null);
  if (labelled.length === 0) {
    throw new RequestError('INVALID_INPUT', `expected labelled samples, got none among ${samples.length}`);
  }
  const columns = base.columns.map((column) => sampleColumn(labelled, column, label));
  return { rows: labelled.length, columns };
}

function sampleColumn(samples: readonly SampleRecord[], { name, kind }: Column, label: string): Column {
  if (kind === 'image') {
    const message = `column ${JSON.stringify(name)} holds images, and samples of devices hold none: label images and import them`;
    throw new RequestError('INVALID_INPUT', message, { details: { column: name } });
  }
  if (kind !== 'number') {
    const texts = samples.map((sample) => (name === label ? sample.label : textOf(ownEntry(sample.fields, name))));
    return codedColumn(name, kind, texts);
  }
  return { kind, name, values: Float64Array.from(samples, (sample) => numberOf(sample, name, name === label)) };
}

function numberOf(sample: SampleRecord, name: string, isLabel: boolean): number {
  const value = isLabel ? sample.label : ownEntry(sample.fields, name);
  if (value === undefined || value === null || value === '') return Number.NaN;
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  const message = `sample ${sample.predictionId}, column ${JSON.stringify(name)}: expected a number, got ${JSON.stringify(value)}`;
  throw new RequestError('INVALID_INPUT', message, { details: { column: name, predictionId: sample.predictionId } });
}

function textOf(value: number | string | undefined): string | null {
  return value === undefined || value === '' ? null : String(value);
}
