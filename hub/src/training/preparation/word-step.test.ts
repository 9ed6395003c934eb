import { describe, expect, test } from 'vitest';
import type { PreprocessingInput } from '../../store/recipe/preprocessing.ts';
import { columnRows, prepared } from '../../testing/prepared.ts';
import { SeededRandom } from '../seeded-random.ts';

function texts(values: readonly string[]): Parameters<typeof prepared>[0] {
  return columnRows(
    'text',
    ['note'],
    values.map((value) => [value]),
  );
}

const text = (settings: PreprocessingInput['text']): PreprocessingInput => ({ text: settings });

/** Words as ids of a vocabulary that has each in order of appearance, behind padding and the unknown word. */
function expectedIds(words: readonly (readonly string[])[], length: number): number[][] {
  const counts = new Map<string, number>();
  for (const word of words.flatMap((row) => row.slice(0, length))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const known = [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([word]) => word);
  return words.map((row) => {
    const ids = row.slice(0, length).map((word) => known.indexOf(word) + 2);
    return [...ids, ...new Array<number>(length - ids.length).fill(0)];
  });
}

/** Signs of several alphabets and blanks, without those whose lower case is more than one character. */
const SIGNS = [...'abcXYZ äÖß éÉ ñ 12 9 ΣΩω ЖЯж 漢字 かな عرب हिन् 😀👍🏽 .,!?-_\'"()$€ \t\n\r\v\f \u00a0'];

function randomTexts(count: number, random: SeededRandom): string[] {
  const sign = (): string => SIGNS[Math.floor(random.next() * SIGNS.length)] ?? '';
  return Array.from({ length: count }, () => Array.from({ length: Math.floor(random.next() * 60) }, sign).join(''));
}

const lower = (value: string): string => [...value].map((sign) => sign.toLowerCase()).join('');

/** Runs of word characters, and runs of others that are no blanks, read sign by sign. */
function splitSignBySign(value: string): string[] {
  const words: string[] = [];
  let before = 'blank';
  for (const sign of value) {
    const kind = ' \t\n\v\f\r'.includes(sign) ? 'blank' : /\p{L}|\p{M}|\p{N}/u.test(sign) ? 'word' : 'other';
    if (kind === before && kind !== 'blank') words.push(`${words.pop()}${sign}`);
    else if (kind !== 'blank') words.push(sign);
    before = kind;
  }
  return words;
}

describe('preparing texts as words', () => {
  test('words get ids by how frequent they are, unknown ones 1, and the rest is padding', async () => {
    const train = texts(['Pay the BILL, pay!', 'the bill\tthe\nbill', '']);
    const { parts, rows } = await prepared(train, text({ length: 6, minCount: 2 }));
    // bill, the: 3 each; pay: 2; "," and "!" once.
    expect(rows).toEqual([
      [4, 3, 2, 1, 4, 1],
      [3, 2, 3, 2, 0, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
    expect(parts).toEqual([{ name: 'text', kind: 'tokens', dims: [6], levels: [5] }]);
  });

  test('any text is split and lower-cased like sign by sign', async () => {
    const values = randomTexts(300, new SeededRandom(11));
    const words = values.map((value) => splitSignBySign(value).map(lower));
    const { rows } = await prepared(texts(values), text({ length: 30, minCount: 1 }));
    expect(rows).toEqual(expectedIds(words, 30));
  });

  test('at blanks only, and with capitals, when told so', async () => {
    const values = randomTexts(300, new SeededRandom(12));
    const words = values.map((value) => value.split(/[ \t\n\v\f\r]+/).filter((word) => word !== ''));
    const { rows } = await prepared(
      texts(values),
      text({ length: 30, minCount: 1, split: 'spaces', lowercase: false }),
    );
    expect(rows).toEqual(expectedIds(words, 30));
  });

  test('the vocabulary is no larger than it may be, and words that are never read do not count', async () => {
    const train = texts(['a a a b b c d d d d', 'b c a']);
    const { parts, rows } = await prepared(train, text({ length: 6, minCount: 1, vocabulary: 2 }));
    expect(parts[0]?.levels).toEqual([4]);
    expect(rows).toEqual([
      [2, 2, 2, 3, 3, 1],
      [3, 1, 2, 0, 0, 0],
    ]);
  });

  test('texts without any word, alone in a run, are padding', async () => {
    const train = texts(['a b', 'a b']);
    for (const values of [[''], ['', ' \n\t ']]) {
      const { rows } = await prepared(train, text({ length: 2 }), texts(values));
      expect(rows).toEqual(values.map(() => [0, 0]));
    }
  });

  test('a text of 100 KB is read to the length, whatever it is made of', async () => {
    const train = texts(['a b', 'a b']);
    const long = ['a\n'.repeat(50_000), 'a'.repeat(100_000), ' '.repeat(99_999).concat('b'), `b${' x'.repeat(50_000)}`];
    const { rows } = await prepared(train, text({ length: 3 }), texts(long));
    expect(rows).toEqual([
      [2, 2, 2],
      [1, 0, 0],
      [3, 0, 0],
      [3, 1, 1],
    ]);
  });
});
