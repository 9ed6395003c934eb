import { readModel } from '@edgeloop/onnx';
import { describeModel } from '../registry/describe-model.ts';
import { type InspectResult, InspectSpecSchema } from '../registry/inspect-job.ts';
import type { JobContext } from './job-context.ts';

/** Loads an uploaded model, which is where a model that ONNX Runtime cannot run is found out, and describes it. */
export async function handleInspect(input: unknown, context: JobContext): Promise<InspectResult> {
  const { digest } = InspectSpecSchema.parse(input);
  context.progress({ share: 0, stage: 'reading the model', figures: {} });
  const bytes = await context.blob(digest);
  context.progress({ share: 0.3, stage: 'loading the model', figures: {} });
  const runner = await context.engine.open(bytes);
  await runner.close();
  context.progress({ share: 0.8, stage: 'describing the model', figures: {} });
  return { inspection: { ...describeModel(readModel(bytes)), engine: context.engine.name } };
}
