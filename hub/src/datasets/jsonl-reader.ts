import { OutsideError } from '../errors.ts';
import { quoted } from './column-builder.ts';

/** One object of a JSON Lines file. */
export interface JsonRecord {
  readonly fields: ReadonlyMap<string, string | null>;
  readonly line: number;
}

/**
 * Reads a file of one flat JSON object a line.
 *
 * @throws OutsideError DATA_INVALID naming the line, and the column where there is one
 */
export async function* readJsonl(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<JsonRecord> {
  let line = 0;
  for await (const text of lines(pieces)) {
    line++;
    if (text.trim() !== '') yield { fields: fieldsOf(text, line), line };
  }
}

async function* lines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  yield rest + decoder.decode();
}

function fieldsOf(text: string, line: number): Map<string, string | null> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new OutsideError('DATA_INVALID', `line ${line}: expected a JSON object, got ${quoted(text)}`, {
      cause,
      details: { line },
    });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new OutsideError('DATA_INVALID', `line ${line}: expected a JSON object, got ${quoted(text)}`, {
      details: { line },
    });
  }
  return new Map(Object.entries(parsed).map(([column, value]) => [column, cellOf(value, line, column)]));
}

function cellOf(value: unknown, line: number, column: string): string | null {
  if (value === null) return null;
  if (typeof value !== 'object') return String(value);
  throw new OutsideError(
    'DATA_INVALID',
    `line ${line}, column ${JSON.stringify(column)}: expected a number, a text or null, got ${quoted(JSON.stringify(value))}`,
    { details: { line, column } },
  );
}
