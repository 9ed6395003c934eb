/** Kinds of networks a recipe can name; 'auto' leaves the choice to the data. */
export const FAMILIES = [
  'auto',
  'logistic',
  'linear',
  'mlp',
  'cnn',
  'mobile-cnn',
  'text-linear',
  'text-cnn-lstm',
  'sensor-cnn',
  'sensor-gru',
  'autoencoder',
  'fusion',
  'layers',
  'fine-tune',
] as const;
export type Family = (typeof FAMILIES)[number];

export const TASKS = ['classification', 'regression', 'anomaly'] as const;
/** What a model tells: a class, a number, or whether a row is unlike those it learned from. */
export type Task = (typeof TASKS)[number];

/** Settings of a network whose default depends on its family. */
export interface NetworkSettings {
  readonly hidden: number[];
  readonly filters: number[];
  readonly dropout: number;
  readonly kernelSize: number;
  readonly embedding: number;
  readonly recurrentUnits: number;
  readonly modalityDropout: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly patience: number;
}

/** What a family takes unless it says otherwise in `FAMILY_DEFAULTS`. */
const DEFAULTS: NetworkSettings = {
  hidden: [64, 32],
  filters: [16, 32],
  dropout: 0,
  kernelSize: 3,
  embedding: 32,
  recurrentUnits: 32,
  modalityDropout: 0,
  epochs: 60,
  batchSize: 128,
  learningRate: 0.004,
  patience: 20,
};

const FAMILY_DEFAULTS: Readonly<Partial<Record<Family, Partial<NetworkSettings>>>> = {
  logistic: { hidden: [], learningRate: 0.02 },
  linear: { hidden: [], learningRate: 0.02 },
  // Images are few and alike more often than rows of a table.
  cnn: { dropout: 0.25 },
  'mobile-cnn': { hidden: [], filters: [32, 64, 128, 128], dropout: 0.1, batchSize: 64, epochs: 30 },
  'text-linear': { hidden: [], epochs: 20, patience: 4 },
  'text-cnn-lstm': {
    ...{ hidden: [32], filters: [32], kernelSize: 5, dropout: 0.3 },
    ...{ epochs: 6, patience: 3, batchSize: 64, learningRate: 0.002 },
  },
  'sensor-cnn': { hidden: [32], filters: [16, 32], kernelSize: 5, dropout: 0.1 },
  'sensor-gru': { hidden: [32] },
  autoencoder: { hidden: [16, 3] },
  fusion: { hidden: [32], modalityDropout: 0.15, dropout: 0.1, kernelSize: 5, embedding: 16 },
};

/** The settings of a family, one and all. */
export function familyDefaults(family: Family): NetworkSettings {
  return { ...DEFAULTS, ...FAMILY_DEFAULTS[family] };
}
