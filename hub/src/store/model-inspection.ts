import { z } from 'zod';

const ValueSchema = z.object({
  name: z.string(),
  /** null: no tensor, or of a type that the hub only carries. */
  type: z.string().nullable(),
  /** Sizes, symbols, and null where a size is not told; null where not even the number of dimensions is. */
  dims: z.array(z.union([z.int(), z.string(), z.null()])).nullable(),
});

/** What the hub found out about the file of a model. */
export const ModelInspectionSchema = z.object({
  inputs: z.array(ValueSchema),
  outputs: z.array(ValueSchema),
  /** Program that wrote the file; '' where it does not say. */
  producer: z.string(),
  irVersion: z.int(),
  /** Version per imported domain; '' is the standard's own. */
  opsets: z.record(z.string(), z.int()),
  /** Nodes per operator. */
  operators: z.record(z.string(), z.int()),
  parameterCount: z.int(),
  weightBytes: z.int(),
  /** Values alive at once; open sizes count as 1, and so below. */
  activationBytes: z.number(),
  multiplyAdds: z.number(),
  /** Operators whose cost is not in `multiplyAdds`. */
  unestimatedOperators: z.array(z.string()),
  /** Names of sizes of the inputs that are open. */
  openSizes: z.array(z.string()),
  /** What is in the way of training all weights: operators, or why nothing can be trained. */
  notDifferentiable: z.array(z.string()),
  /** The layer that fine-tuning replaces; null where the model does not end in a classifier. */
  head: z.object({ node: z.string(), units: z.int(), classes: z.int() }).nullable(),
  /** Why there is no head. */
  headless: z.string().nullable(),
  /** What loaded the model. */
  engine: z.string(),
});
export type ModelInspection = z.infer<typeof ModelInspectionSchema>;
