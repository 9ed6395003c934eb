import type { FeatureSpec, ModelSignature, TensorSpec } from '@edgeloop/protocol';
import { z } from '@hono/zod-openapi';

const featureSpecSchema: z.ZodType<FeatureSpec> = z
  .object({
    name: z.string(),
    kind: z.string().openapi({ description: 'number, category, time (Unix seconds), text or image' }),
    unit: z.string(),
    description: z.string(),
    range: z
      .object({ min: z.number(), max: z.number() })
      .optional()
      .openapi({ description: 'Numbers and times: what the training data held' }),
    levels: z.array(z.string()).openapi({ description: 'Categories: what the training data held' }),
  })
  .openapi('FeatureSpec');

const tensorSpecSchema: z.ZodType<TensorSpec> = z
  .object({
    name: z.string(),
    elementType: z.string().openapi({ description: 'ONNX element type in lower case' }),
    dims: z.array(z.number().int()).openapi({ description: '-1: the batch, and open sizes' }),
    features: z.array(featureSpecSchema),
    meaning: z.string().openapi({ description: 'Outputs: probabilities, class_index, value or score' }),
    layout: z.string().openapi({ description: 'Images: NHWC' }),
    stride: z.number().int().openapi({ description: 'Windows: readings from one beginning to the next' }),
  })
  .openapi('TensorSpec');

/** What goes into a version and what comes out; as it was signed for devices. */
export const signatureSchema: z.ZodType<ModelSignature> = z
  .object({
    task: z.string(),
    inputs: z.array(tensorSpecSchema),
    outputs: z.array(tensorSpecSchema),
    classes: z.array(z.string()),
    target: featureSpecSchema.optional(),
    threshold: z.number().openapi({ description: 'Anomaly: score from which on a reading counts as one' }),
  })
  .openapi('ModelSignature');
