import { type GraphBuilder, int64, tensor } from '@edgeloop/onnx';
import type { TextSettings } from '../../store/recipe/preprocessing.ts';
import { fitLength } from './fit-length.ts';
import { IntegerMath } from './integer-math.ts';
import { RUNTIME_DOMAIN, splitWords } from './split-words.ts';
import type { StepContext, StepPart } from './step.ts';
import { toFloat, toInteger } from './to-float.ts';

const DEFAULT_NGRAMS = 2_000;
const HASH_SEED = 0;
/** The hash of words is h1 * factor + h2, and so on, modulo 2^32; a prime, so that their order counts. */
const HASH_FACTOR = 1_000_003;
const HASHES = 2 ** 32;

/**
 * Texts, string [batch, 1] -> hashed n-grams of their first words, [batch, length]: 0 padding, others from 1 on.
 *
 * To every word belong the n-grams that end with it, the shortest first; the first words have 0 for those they are too
 * early for. Length is brought down to a multiple of n.
 *
 * @see Weinberger et al., Feature hashing for large scale multitask learning, 2009
 */
export function ngramStep({ graph, input }: StepContext, settings: TextSettings): StepPart {
  const { length = DEFAULT_NGRAMS, ngrams, buckets } = settings;
  const words = Math.max(1, Math.floor(length / ngrams));
  const hashes = wordHashes(graph, splitWords(graph, input.spec.name, settings, words), words);
  const ids = idsOf(graph, ngramHashes(graph, hashes, { ngrams, count: words }), buckets);
  const value = graph.node('Reshape', [toFloat(graph, ids), graph.constant(int64([-1, words * ngrams]))]);
  return { value, part: { name: input.spec.name, kind: 'tokens', dims: [words * ngrams], levels: [buckets + 1] } };
}

/** 1 + the hash of each word, 0 where there is none: int64 [batch, words]. */
function wordHashes(graph: GraphBuilder, words: string, count: number): string {
  const math = new IntegerMath(graph);
  const hashes = graph.node('MurmurHash3', [words], { seed: HASH_SEED, positive: 1 }, { domain: RUNTIME_DOMAIN });
  const isPadding = graph.node('Equal', [words, graph.constant(tensor('string', [1], ['']), 'padding')]);
  return fitLength(graph, math.choose(isPadding, 0, math.add(toInteger(graph, hashes), 1)), count);
}

/** For each n, 1 + the hash of the n-gram that ends with each word, 0 where there is none: int64 [batch, words]. */
function ngramHashes(
  graph: GraphBuilder,
  words: string,
  { ngrams, count }: { ngrams: number; count: number },
): string[] {
  const math = new IntegerMath(graph);
  const all = [words];
  for (let n = 2; n <= ngrams; n++) {
    const before = graph.node('Pad', [all.at(-1), graph.constant(int64([0, 1, 0, 0]), 'pads')]);
    const ends = [[0], [count], [1]].map((part) => graph.constant(int64(part)));
    const shorter = graph.node('Slice', [before, ...ends]);
    const sum = math.add(math.times(math.subtract(shorter, 1), HASH_FACTOR), math.subtract(words, 1));
    // Not Min: that of ONNX Runtime 1.30 takes whole numbers above 2^31 for negative ones.
    const isThere = graph.node('And', [math.isLess(0, shorter), math.isLess(0, words)]);
    all.push(math.choose(isThere, math.add(math.rest(sum, HASHES), 1), 0));
  }
  return all;
}

/** Ids of all n-grams, those that end with the same word together: int64 [batch, words, ngrams]. */
function idsOf(graph: GraphBuilder, hashes: readonly string[], buckets: number): string {
  const math = new IntegerMath(graph);
  const ids = hashes.map((hash) => {
    const bucket = math.add(math.rest(math.subtract(hash, 1), buckets), 1);
    const id = math.choose(math.isLess(0, hash), bucket, 0);
    return graph.node('Unsqueeze', [id, graph.constant(int64([2]))]);
  });
  return graph.node('Concat', ids, { axis: 2 });
}
