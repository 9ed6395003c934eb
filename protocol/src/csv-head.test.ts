import { expect, test } from 'vitest';
import { readCsvHead } from './csv-head.ts';

async function* piecesOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function delimiterOf(...texts: string[]): Promise<string> {
  return (await readCsvHead(piecesOf(texts))).delimiter;
}

test('the delimiter of a CSV file is what its first line has most of', async () => {
  expect(await delimiterOf('a;b;c,d\n1,2,3,4,5,6')).toBe(';');
  expect(await delimiterOf('a\tb')).toBe('\t');
  expect(await delimiterOf('a|', 'b|c\n')).toBe('|');
  expect(await delimiterOf('a,b')).toBe(',');
  expect(await delimiterOf('alone')).toBe(',');
  expect(await delimiterOf()).toBe(',');
});

test('what was looked at is still read', async () => {
  const { pieces } = await readCsvHead(piecesOf(['a;', 'b\n1;', '2\n', '3;4\n']));
  let text = '';
  for await (const piece of pieces) text += new TextDecoder().decode(piece);
  expect(text).toBe('a;b\n1;2\n3;4\n');
});
