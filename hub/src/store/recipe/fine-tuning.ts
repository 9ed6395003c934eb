import { z } from 'zod';

const DIGEST = /^[0-9a-f]{64}$/;

/** The version a run starts from. The hub completes what is left out: the newest version, the digest of its file. */
export const BaseSchema = z.strictObject({
  model: z.string().min(1).max(63),
  version: z.int().min(1).optional(),
  digest: z.string().regex(DIGEST, 'expected 64 lower-case hex digits').optional(),
});

const oneOrMany = <T extends z.ZodType>(entry: T) => z.union([entry, z.array(entry).min(1).max(4096)]);
const size = z.int().min(1).max(4096).optional();

/**
 * How raw columns become the input of the base model: (raw * scale - mean) / deviation, mean and deviation for all or
 * per channel (of images) or column (of tables).
 */
export const ModelInputSchema = z.strictObject({
  /** @default images: what brings the training rows to 0 to 1, which is 1 or 1/255; tables: 1 */
  scale: z.number().positive().optional(),
  /** @default images: 0.5; tables: 0 */
  mean: oneOrMany(z.number()).optional(),
  /** @default images: 0.5, so that the model gets -1 to 1; tables: 1 */
  deviation: oneOrMany(z.number().positive()).optional(),
  /** Size of the image that the model gets, where the model leaves it open. @default the size of the raw image */
  height: size,
  width: size,
  resize: z.enum(['linear', 'nearest']).default('linear'),
});
export type ModelInput = z.infer<typeof ModelInputSchema>;

/**
 * What is trained beside the new head: nothing ('head'), every weight ('all'), or the weights with matching names, by
 * a glob such as `layer4.*`, or a regular expression between slashes.
 */
export const TrainableSchema = z.string().min(1).max(1_000);

interface FineTuningFields {
  readonly from?: unknown;
  readonly trainable?: unknown;
  readonly input?: unknown;
}

/** Tells `fault` of every field that does not go with the family. */
export function checkFineTuning(
  family: string,
  fields: FineTuningFields,
  fault: (path: string, message: string) => void,
): void {
  if (family === 'fine-tune') {
    if (fields.from === undefined) fault('from', 'family fine-tune wants the version to start from');
    return;
  }
  for (const name of ['from', 'trainable', 'input'] as const) {
    if (fields[name] !== undefined) fault(name, `only family fine-tune has it, got family ${family}`);
  }
}
