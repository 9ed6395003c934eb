import { type GraphBuilder, int64 } from '@edgeloop/onnx';
import type { TextSettings } from '../../store/recipe/preprocessing.ts';

/** Words without anything between them, in the syntax that RE2 and JavaScript share. */
const WORD_PATTERNS: Readonly<Record<TextSettings['split'], string>> = {
  words: '[\\p{L}\\p{M}\\p{N}]+|[^\\p{L}\\p{M}\\p{N} \\t\\n\\v\\f\\r]+',
  spaces: '[^ \\t\\n\\v\\f\\r]+',
};

/** Domain of ONNX Runtime's own operators, which every build of it has. */
export const RUNTIME_DOMAIN = 'com.microsoft';

/**
 * Adds the nodes that cut texts into words: string [batch, 1] -> [batch, words], as many as the text with the most has
 * but at most `most`, with '' behind the others.
 *
 * The standard's StringSplit would need one pass, and one more dimension, for each kind of blank.
 */
export function splitWords(
  graph: GraphBuilder,
  texts: string,
  { lowercase, split }: Pick<TextSettings, 'lowercase' | 'split'>,
  most: number,
): string {
  // StringNormalizer takes [batch] only.
  const flat = graph.node('Reshape', [texts, graph.constant(int64([-1]))]);
  const attributes = { case_change_action: 'LOWER', locale: 'C.UTF-8' };
  const plain = lowercase ? graph.node('StringNormalizer', [flat], attributes) : flat;
  const options = { tokenexp: WORD_PATTERNS[split], mark: 0, mincharnum: 1, pad_value: '' };
  const words = graph.node('Tokenizer', [plain], options, { domain: RUNTIME_DOMAIN });
  const [first, last, axis] = [[0], [most], [1]].map((part) => graph.constant(int64(part)));
  return graph.node('Slice', [words, first, last, axis]);
}

/** The first `most` words of a text, as the graph finds them. */
export function wordsOf(
  text: string,
  { lowercase, split }: Pick<TextSettings, 'lowercase' | 'split'>,
  most: number,
): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(new RegExp(WORD_PATTERNS[split], 'gu'))) {
    if (words.length === most) break;
    words.push(lowercase ? lowerCase(word) : word);
  }
  return words;
}

/** Character by character, as the C library does it: one stays one, whatever is around it. */
function lowerCase(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length === word.length && !lower.includes('ς')) return lower;
  return Array.from(word, (sign) => ([...sign.toLowerCase()].length === 1 ? sign.toLowerCase() : sign)).join('');
}
