import type { InputKind, InputRows, ModelRows, Target } from '../store/model-rows.ts';
import { SeededRandom } from '../training/seeded-random.ts';

const WORDS = ['red', 'green', 'blue', 'old', 'new', 'big', 'small', 'the', 'a', 'of'] as const;
const SIZE = 8;

/** Values of one row of a kind of input, which tell the row's class apart. */
type Maker = (label: number, random: SeededRandom) => readonly (number | string)[];

const MAKERS: Readonly<Record<InputKind, { readonly dims: readonly number[]; readonly make: Maker }>> = {
  numbers: { dims: [3], make: (label, random) => [label + noise(random), random.next(), label * random.next()] },
  categories: {
    dims: [2],
    make: (label, random) => [pick(['x', 'y'], label, random), pick(['u', 'v', 'w'], label, random)],
  },
  times: { dims: [1], make: (label, random) => [1_700_000_000 + 86_400 * 7 * label + 3_600 * random.next()] },
  text: { dims: [1], make: (label, random) => [sentence(label, random)] },
  image: { dims: [SIZE, SIZE, 1], make: (label, random) => stripes(label, random) },
  window: { dims: [SIZE, 2], make: (label, random) => waves(label, random) },
};

/** Made rows of two classes with these kinds of inputs, a few values missing. */
export function madeRows(kinds: readonly InputKind[], rows: number, seed: number): ModelRows {
  const random = new SeededRandom(seed);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(2 * random.next()));
  const inputs = kinds.map((kind): InputRows => {
    const { dims, make } = MAKERS[kind];
    const values = [...labels].flatMap((label) => make(label, random));
    const last = dims.at(-1) ?? 1;
    const columns = Array.from({ length: kind === 'image' ? 1 : last }, (_, column) => `${kind}_${column}`);
    const name = kind === 'numbers' ? 'features' : kind;
    return { spec: { name, kind, columns, dims }, dims, values: typed(kind, values) };
  });
  return { rows, inputs, target: { kind: 'classes', classes: ['no', 'yes'], labels } };
}

/** The same rows with a number to tell: 100 and something for class 0, 140 for class 1. */
export function withNumbers(rows: ModelRows): ModelRows {
  const labels = (rows.target as Extract<Target, { kind: 'classes' }>).labels;
  const values = Float32Array.from(labels, (label) => 100 + 40 * label);
  return { ...rows, target: { kind: 'number', column: 'price', values } };
}

function typed(kind: InputKind, values: readonly (number | string)[]): InputRows['values'] {
  if (kind === 'text' || kind === 'categories') return values as readonly string[];
  if (kind === 'image') return Uint8Array.from(values as readonly number[]);
  return kind === 'times'
    ? Float64Array.from(values as readonly number[])
    : Float32Array.from(values as readonly number[]);
}

function noise(random: SeededRandom): number {
  return random.next() < 0.05 ? Number.NaN : 0.4 * (random.next() - 0.5);
}

function pick(levels: readonly string[], label: number, random: SeededRandom): string {
  const own = random.next() < 0.7 ? label : Math.floor(levels.length * random.next());
  return random.next() < 0.05 ? '' : (levels[own] ?? '');
}

function sentence(label: number, random: SeededRandom): string {
  const words: string[] = Array.from({ length: 6 }, () => WORDS[Math.floor(WORDS.length * random.next())] ?? 'a');
  words[Math.floor(6 * random.next())] = label === 0 ? 'valve open' : 'pump stuck';
  return words.join(' ');
}

function stripes(label: number, random: SeededRandom): number[] {
  const phase = Math.floor(4 * random.next());
  return Array.from({ length: SIZE * SIZE }, (_, pixel) => {
    const along = label === 0 ? pixel % SIZE : Math.floor(pixel / SIZE);
    return ((along + phase) % 4 < 2 ? 180 : 30) + Math.floor(40 * random.next());
  });
}

function waves(label: number, random: SeededRandom): number[] {
  const phase = 6 * random.next();
  return Array.from({ length: SIZE }, (_, at) => {
    const wave = Math.sin(phase + at * (label === 0 ? 0.4 : 1.8));
    return [wave + 0.1 * random.next(), random.next()];
  }).flat();
}
