import { measure } from '../evaluation/metrics.ts';
import { type QuantizeResult, QuantizeSpecSchema } from '../quantization/quantize-job.ts';
import { quantizeModel } from '../quantization/quantize-model.ts';
import { spreadRows } from '../store/pick-rows.ts';
import type { JobContext } from './job-context.ts';
import { loadModelRows } from './job-rows.ts';

/** Rows enough to know the ranges of activations; more only take time. */
const CALIBRATION_ROWS = 4_096;

/** Makes, measures and keeps the smaller forms of a trained model. */
export async function handleQuantize(input: unknown, context: JobContext): Promise<QuantizeResult> {
  const spec = QuantizeSpecSchema.parse(input);
  context.progress({ share: 0, stage: 'reading data', figures: {} });
  const { train, validation, test } = await loadModelRows(spec, { inputs: spec.inputs }, context);
  let formsBegun = 0;
  const variants = await quantizeModel({
    floatModel: await context.blob(spec.floatModel.digest),
    calibration: spreadRows(train, CALIBRATION_ROWS),
    // Recipes may leave out rows; what is left then has to do.
    test: [test, validation, train].find(({ rows }) => rows > 0) ?? train,
    task: spec.target.task,
    goals: spec.goals,
    engine: context.engine,
    measure,
    nowMs: context.nowMs,
    signal: context.signal,
    onForm: (name) => context.progress({ share: 0.1 + 0.4 * formsBegun++, stage: `quantizing ${name}`, figures: {} }),
  });
  context.progress({ share: 0.9, stage: 'keeping the forms', figures: {} });
  const kept: QuantizeResult['variants'] = [];
  for (const { model, golden, ...figures } of variants) {
    kept.push({
      ...figures,
      digest: await context.putBlob(model),
      sizeBytes: model.length,
      goldenDigest: await context.putBlob(golden),
    });
  }
  return { variants: kept };
}
