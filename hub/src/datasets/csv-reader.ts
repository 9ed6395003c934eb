import { Readable } from 'node:stream';
import { readCsvHead } from '@edgeloop/protocol';
import { CsvError, type Info, parse } from 'csv-parse';
import { OutsideError } from '../errors.ts';
import type { FileRecord } from './file-format.ts';

const MAX_RECORD_BYTES = 4_000_000;

/**
 * Reads the records of a CSV file; the first holds the names of the columns.
 *
 * The delimiter is the one of `,` `;` tab `|` that the first line has most of.
 *
 * @throws OutsideError DATA_INVALID naming the line; what reading the pieces throws
 */
export async function* readCsv(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<FileRecord> {
  const head = await readCsvHead(pieces);
  const parser = parse({
    bom: true,
    delimiter: head.delimiter,
    info: true,
    max_record_size: MAX_RECORD_BYTES,
    // Counted by the importer, which can name the columns.
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const source = Readable.from(head.pieces);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<{ record: string[]; info: Info }>) {
      yield { cells: record, line: info.lines };
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = Number(cause['lines'] ?? 0);
    throw new OutsideError('DATA_INVALID', `line ${line}: ${cause.message}`, { details: { line, reason: cause.code } });
  } finally {
    source.destroy();
  }
}
