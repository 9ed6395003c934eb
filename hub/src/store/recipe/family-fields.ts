import { z } from 'zod';
import { FAMILIES, type Family, familyDefaults, TASKS, type Task } from './families.ts';
import { DEFAULT_LOSSES } from './optimization.ts';

const share: z.ZodNumber = z.number().min(0).max(1);
const units = z.int().min(1).max(4096);

/** The network and its size; what is left out is filled in by family. */
export const familyFields = {
  /** What the model tells. @default 'anomaly' for family autoencoder, 'regression' for a number, else 'classification' */
  task: z.enum(TASKS).optional(),
  /** Column to tell. @default the label of the data set */
  target: z.string().min(1).optional(),
  family: z.enum(FAMILIES).default('auto'),
  /** Units of each hidden layer. */
  hidden: z.array(units).max(8),
  /** Filters of each convolution. */
  filters: z.array(z.int().min(1).max(1024)).min(1).max(6),
  /** Neighbours that a convolution over words or readings reads. */
  kernelSize: z.int().min(1).max(64),
  /** Values of the vector for a word. */
  embedding: z.int().min(1).max(1024),
  /** Units of an LSTM or GRU. */
  recurrentUnits: z.int().min(1).max(1024),
  /** Share of the units behind each hidden layer that a step leaves out. */
  dropout: share.lt(1),
  /** Chance that training hides a kind of data of a row, so that the model learns to do without. */
  modalityDropout: share.lt(1),
  epochs: z.int().min(1).max(10_000),
  batchSize: z.int().min(1).max(65_536),
  /** The highest; `schedule` says how it changes. */
  learningRate: z.number().positive().max(1),
  /** Epochs without a better validation loss before training stops. */
  patience: z.int().min(1).max(10_000),
};

/** Fills in what depends on family and task; other input is left for the schema to refuse. */
export function withFamilyDefaults(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const given: Readonly<Record<string, unknown>> = completed({ ...input });
  const family = FAMILIES.find((known) => known === given['family']) ?? 'auto';
  const task = TASKS.find((known) => known === given['task']) ?? taskOf(family);
  const defaults = { ...familyDefaults(family), loss: DEFAULT_LOSSES[task] };
  const left = Object.entries(defaults).filter(([name]) => given[name] === undefined);
  return { ...Object.fromEntries(left), ...without(given, undefined) };
}

/** Who names a version to start from need not say what that is called. */
function completed(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { from, family = 'fine-tune' } = given;
  return from === undefined || family !== 'fine-tune' ? given : { trainable: 'head', ...given, family };
}

/** Fields that are there in name only count as left out. */
function without(fields: Readonly<Record<string, unknown>>, value: undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, own]) => own !== value));
}

function taskOf(family: Family): Task {
  if (family === 'linear') return 'regression';
  return family === 'autoencoder' ? 'anomaly' : 'classification';
}
