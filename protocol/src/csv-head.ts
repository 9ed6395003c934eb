const DELIMITERS = [',', ';', '\t', '|'] as const;
const NEW_LINE = 0x0a;

/** A CSV file whose first line was looked at. */
export interface CsvHead {
  /** The one of `,` `;` tab `|` that the first line has most of. */
  readonly delimiter: string;
  /** The whole file, from its beginning. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Looks at the first line of a CSV file, before it is parsed. @throws what reading the pieces throws */
export async function readCsvHead(pieces: AsyncIterable<Uint8Array>): Promise<CsvHead> {
  const iterator = pieces[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    head.push(next.value);
    if (next.value.includes(NEW_LINE)) break;
  }
  return { delimiter: delimiterOf(head), pieces: joined(head, iterator) };
}

function delimiterOf(head: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  const text = head.map((piece) => decoder.decode(piece, { stream: true })).join('');
  const [line = ''] = text.split('\n', 1);
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

async function* joined(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
