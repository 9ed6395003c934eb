import { float, ML_DOMAIN } from '@edgeloop/onnx';
import type { TextSettings } from '../../store/recipe/preprocessing.ts';
import { textsOf } from './column-values.ts';
import { fitLength } from './fit-length.ts';
import { mostFrequent } from './most-frequent.ts';
import { splitWords, wordsOf } from './split-words.ts';
import type { StepContext, StepPart } from './step.ts';

const DEFAULT_WORDS = 400;
/** Ids of the words that are known begin behind padding and unknown words. */
const FIRST_WORD = 2;

/** Texts, string [batch, 1] -> ids of their first words, [batch, length]: 0 padding, 1 unknown. */
export function wordStep({ graph, input, rows }: StepContext, settings: TextSettings): StepPart {
  const { length = DEFAULT_WORDS } = settings;
  const vocabulary = vocabularyOf(textsOf(input, rows, 0), settings, length);
  const words = splitWords(graph, input.spec.name, settings, length);
  const attributes = {
    keys_strings: ['', ...vocabulary],
    values_floats: float([0, ...vocabulary.map((_, index) => index + FIRST_WORD)]),
    default_float: float(1),
  };
  const ids = graph.node('LabelEncoder', [words], attributes, { domain: ML_DOMAIN });
  const levels = [vocabulary.length + FIRST_WORD];
  return {
    value: fitLength(graph, ids, length),
    part: { name: input.spec.name, kind: 'tokens', dims: [length], levels },
  };
}

/** Of the words that are read at all, those told apart, the most frequent first. */
function vocabularyOf(texts: readonly string[], settings: TextSettings, length: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of wordsOf(text, settings, length)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return mostFrequent(counts, settings.minCount, settings.vocabulary);
}
