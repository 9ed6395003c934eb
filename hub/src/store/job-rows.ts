import { z } from 'zod';
import { SplitSchema } from './recipe.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** SHA-256 of a blob, hex. */
export const DigestSchema = z.string().regex(DIGEST, 'expected 64 lower-case hex digits');

/** Rows that a job works on, divided the same way by every job of a run. */
export const JobRowsSchema = z.strictObject({
  /** Canonical table blob. */
  dataset: z.strictObject({ digest: DigestSchema, label: z.string().min(1) }),
  /** Table whose rows all serve as test rows; the test share of the data set then goes to training. */
  heldOut: z.strictObject({ digest: DigestSchema }).nullable(),
  split: z.strictObject({ seed: z.int().min(0), shares: SplitSchema }),
});
export type JobRows = z.infer<typeof JobRowsSchema>;
