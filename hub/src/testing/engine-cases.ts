import type { InputRows, ModelRows, Target } from '../store/model-rows.ts';
import type { RecipeInput } from '../store/recipe/recipe.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { stripedImages } from './striped-images.ts';

/** A small training that any engine can make, of at least 50 steps. */
export interface EngineCase {
  readonly recipe: RecipeInput;
  readonly train: ModelRows;
  readonly validation: ModelRows;
}

const ROWS = 160;
const LEVELS = ['low', 'middle', 'high', ''];
const WORDS = ['rain', 'sun', 'wind', 'snow', 'warm', 'cold', 'dry', 'wet'];
const STEPS: RecipeInput = { epochs: 5, batchSize: 16, patience: 50, dropout: 0 };

type MakeRows = (rows: number, random: SeededRandom) => ModelRows;

/** By what they show. */
export const ENGINE_CASES: Readonly<Record<string, () => EngineCase>> = {
  'an mlp over numbers and categories with Adam': () =>
    engineCase(tables, { family: 'mlp', hidden: [16], optimizer: { kind: 'adam', beta1: 0.8 }, weightDecay: 0.01 }),
  'an mlp with AdamW, averages, class weights and smoothing': () =>
    engineCase(tables, {
      ...{ family: 'mlp', hidden: [16], weightDecay: 0.05, averageDecay: 0.9 },
      ...{ classWeights: 'balanced', loss: { kind: 'cross-entropy', labelSmoothing: 0.1 } },
    }),
  'a cnn with SGD, momentum and clipping': () =>
    engineCase((rows, random) => stripedImages(rows, 8, random.state), {
      ...{ family: 'cnn', image: { height: 8, width: 8, channels: 1 }, filters: [4], hidden: [8], learningRate: 0.02 },
      ...{ optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true }, gradientClipping: 0.5 },
    }),
  'a mobile-cnn with batch normalization': () =>
    engineCase((rows, random) => stripedImages(rows, 8, random.state), {
      ...{ family: 'mobile-cnn', image: { height: 8, width: 8, channels: 1 }, filters: [4, 6], hidden: [] },
      ...{ optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 0.02, loss: { kind: 'focal' } },
    }),
  'text-linear with RMSprop': () =>
    engineCase(texts, { family: 'text-linear', optimizer: { kind: 'rmsprop', momentum: 0.5 } }),
  'a text-cnn-lstm': () =>
    engineCase(texts, {
      ...{ family: 'text-cnn-lstm', filters: [6], kernelSize: 3, embedding: 4, recurrentUnits: 5, hidden: [6] },
      preprocessing: { text: { length: 24 } },
    }),
  'a sensor-gru': () =>
    engineCase(windows, {
      ...{ family: 'sensor-gru', window: { size: 6 }, recurrentUnits: 6, hidden: [6], learningRate: 0.01 },
    }),
  'a sensor-cnn': () =>
    engineCase(windows, { family: 'sensor-cnn', window: { size: 6 }, filters: [4, 4], kernelSize: 3, hidden: [6] }),
  'a fusion of numbers, categories and texts that hides some of them': () =>
    engineCase(tablesWithTexts, { family: 'fusion', hidden: [8], filters: [4], modalityDropout: 0.2 }),
  'a linear model over numbers and categories': () =>
    engineCase(numbers, { family: 'linear', task: 'regression', loss: { kind: 'mean-absolute-error' } }),
  'an mlp that tells numbers, with Huber loss': () =>
    engineCase(numbers, { family: 'mlp', task: 'regression', hidden: [16], loss: { kind: 'huber', delta: 0.5 } }),
  'an autoencoder': () => engineCase(tables, { family: 'autoencoder', task: 'anomaly', hidden: [8, 2], epochs: 9 }),
};

function engineCase(make: MakeRows, recipe: RecipeInput): EngineCase {
  return {
    recipe: { ...STEPS, ...recipe },
    train: make(ROWS, new SeededRandom(1)),
    validation: make(48, new SeededRandom(2)),
  };
}

const tables: MakeRows = (rows, random) => {
  const values = drawn(rows * 3, random);
  const levels = Array.from({ length: rows }, () => LEVELS[Math.floor(random.next() * LEVELS.length)] ?? '');
  const labels = Int32Array.from(levels, (level, row) =>
    Number((values[row * 3] ?? 0) + (level === 'high' ? 1 : 0) > 0.3),
  );
  return {
    rows,
    inputs: [inputOf('features', 'numbers', [3], values), inputOf('categories', 'categories', [1], levels)],
    target: classesOf(['no', 'yes'], labels),
  };
};

const numbers: MakeRows = (rows, random) => {
  const table = tables(rows, random);
  const [features] = table.inputs;
  const values = (features?.values ?? []) as Float32Array;
  const told = Float32Array.from(
    { length: rows },
    (_, row) => 3 + 2 * (values[row * 3] ?? 0) - (values[row * 3 + 1] ?? 0),
  );
  return { ...table, target: { kind: 'number', column: 'told', values: told } };
};

const texts: MakeRows = (rows, random) => {
  const labels = new Int32Array(rows);
  const values = Array.from({ length: rows }, (_, row) => {
    const words = Array.from({ length: 3 + Math.floor(random.next() * 6) }, () => {
      return WORDS[Math.floor(random.next() * WORDS.length)] ?? '';
    });
    labels[row] = Number(words.includes('sun'));
    return words.join(' ');
  });
  return { rows, inputs: [inputOf('text', 'text', [1], values)], target: classesOf(['other', 'sunny'], labels) };
};

const tablesWithTexts: MakeRows = (rows, random) => {
  const { inputs, target } = tables(rows, random);
  return { rows, inputs: [...inputs, ...texts(rows, random).inputs], target };
};

const windows: MakeRows = (rows, random) => {
  const values = drawn(rows * 6 * 2, random);
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    return Number((values[row * 12] ?? 0) < (values[row * 12 + 10] ?? 0));
  });
  return { rows, inputs: [inputOf('window', 'window', [6, 2], values)], target: classesOf(['down', 'up'], labels) };
};

function drawn(count: number, random: SeededRandom): Float32Array {
  return Float32Array.from({ length: count }, () => 2 * random.next() - 1);
}

function inputOf(
  name: string,
  kind: InputRows['spec']['kind'],
  dims: readonly number[],
  values: InputRows['values'],
): InputRows {
  const columns = Array.from({ length: dims.at(-1) ?? 1 }, (_, at) => `${name} ${at}`);
  return { spec: { name, kind, columns, dims }, dims, values };
}

function classesOf(classes: readonly string[], labels: Int32Array): Target {
  return { kind: 'classes', classes, labels };
}
