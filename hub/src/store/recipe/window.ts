import { z } from 'zod';

/** How rows that follow each other become windows, as a recipe says it. */
export const WindowRecipeSchema = z.strictObject({
  /** Readings of a window. */
  size: z.int().min(2).max(100_000),
  /** Readings from the beginning of one window to that of the next. @default half of the size */
  stride: z.int().min(1).max(1_000_000).optional(),
  /** What a window is called by: its newest reading, or what most of its readings are called. */
  label: z.enum(['last', 'majority']).default('last'),
  /** Column in which all readings of a window have the same value: a machine, a day, a recording. */
  group: z.string().min(1).optional(),
});
export type WindowRecipe = z.infer<typeof WindowRecipeSchema>;

/** Readings from the beginning of one window to that of the next. */
export function windowStride({ size, stride }: Pick<WindowRecipe, 'size' | 'stride'>): number {
  return stride ?? Math.max(1, Math.floor(size / 2));
}
