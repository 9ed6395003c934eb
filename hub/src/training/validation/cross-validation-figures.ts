import { z } from 'zod';

export const CrossValidationSchema = z.object({
  folds: z.int(),
  /** By what is measured: the mean over the folds, and how far they are off it. */
  figures: z.record(z.string(), z.object({ mean: z.number(), deviation: z.number(), folds: z.array(z.number()) })),
});
/** How models of a recipe fare on rows that others of their kind learned from. */
export type CrossValidation = z.infer<typeof CrossValidationSchema>;
