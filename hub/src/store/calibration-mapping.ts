import { z } from 'zod';
import { ModelInputSchema } from './recipe/fine-tuning.ts';
import { ImageShapeSchema } from './recipe/recipe.ts';

/** How rows of a data set become the input of a model that was made elsewhere. */
export const CalibrationMappingSchema = z.strictObject({
  /** @default the image column; without one every column of numbers, but the label */
  columns: z.array(z.string().min(1)).min(1).optional(),
  /** The columns are the pixels of an image. */
  image: ImageShapeSchema.optional(),
  input: ModelInputSchema.optional(),
});
export type CalibrationMapping = z.infer<typeof CalibrationMappingSchema>;
