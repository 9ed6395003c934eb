import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readCsvHead } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import { type FieldValue, fieldOf } from '../reading.ts';

/** One row of a recorded file; `problem` instead of fields when it cannot be read. */
export interface FileRow {
  readonly fields: Record<string, FieldValue>;
  readonly problem?: string | undefined;
}

/**
 * Rows of a file from the first to the last.
 *
 * @param needed column that a CSV file must have; JSON lines have no header, any line may lack it
 * @throws OutsideError SOURCE_FAILED when the file cannot be read or lacks the column
 */
export async function* readRows(
  kind: 'csv-replay' | 'jsonl-replay',
  path: string,
  needed?: string,
): AsyncGenerator<FileRow, void> {
  const file = await openFile(path);
  try {
    yield* kind === 'csv-replay' ? csvRows(file, needed) : jsonlRows(file);
  } catch (cause) {
    throw new OutsideError('SOURCE_FAILED', `read ${path}`, { cause });
  } finally {
    file.destroy();
  }
}

async function openFile(path: string): Promise<Readable> {
  try {
    const isPacked = await startsWithGzipMagic(path);
    const raw = createReadStream(path);
    if (!isPacked) return raw;
    const unpacked = createGunzip();
    raw.on('error', (cause) => unpacked.destroy(cause));
    unpacked.on('close', () => raw.destroy());
    return raw.pipe(unpacked);
  } catch (cause) {
    throw new OutsideError('SOURCE_FAILED', `open ${path}`, { cause });
  }
}

// RFC 1952, 2.3.1: every gzip member begins with these two bytes.
async function startsWithGzipMagic(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function* csvRows(file: Readable, needed: string | undefined): AsyncGenerator<FileRow, void> {
  const { parse } = await import('csv-parse');
  const head = await readCsvHead(file);
  const parser = parse({
    delimiter: head.delimiter,
    columns: (line: string[]) => {
      // As the hub names columns when it imports such a file.
      const header = line.map((name) => name.trim());
      if (needed === undefined || header.includes(needed)) return header;
      throw new OutsideError('SOURCE_FAILED', `expected column ${JSON.stringify(needed)}, got ${header.join(', ')}`);
    },
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const whole = Readable.from(head.pieces);
  whole.on('error', (cause) => parser.destroy(cause));
  for await (const record of whole.pipe(parser)) yield { fields: record as Record<string, FieldValue> };
}

async function* jsonlRows(file: Readable): AsyncGenerator<FileRow, void> {
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
  let failure: Error | undefined;
  // readline does not hand on the errors of its input.
  file.on('error', (cause) => {
    failure = cause;
    lines.close();
  });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() !== '') yield jsonRow(line, number);
  }
  if (failure !== undefined) throw failure;
}

function jsonRow(line: string, number: number): FileRow {
  try {
    const fields = parseFields(JSON.parse(line));
    if (fields !== undefined) return { fields };
    return { fields: {}, problem: `line ${number}: expected an object of numbers and texts` };
  } catch {
    return { fields: {}, problem: `line ${number}: expected JSON` };
  }
}

/** The value as named fields; undefined when it is not an object of numbers, texts, truths and nulls. */
export function parseFields(value: unknown): Record<string, FieldValue> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields: Record<string, FieldValue> = {};
  for (const [name, field] of Object.entries(value)) {
    const plain = fieldOf(field);
    if (plain === undefined) return undefined;
    fields[name] = plain;
  }
  return fields;
}
