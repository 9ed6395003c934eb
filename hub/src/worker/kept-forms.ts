import { InternalError } from '../errors.ts';
import type { LadderForm } from '../quantization/ladder/ladder-forms.ts';
import type { AgreementResult, QuantizeResult } from '../quantization/quantize-job.ts';
import type { JobContext } from './job-context.ts';

type Context = Pick<JobContext, 'progress' | 'putBlob'>;
type Kept = Omit<AgreementResult['variants'][number], 'quality'>;

/** Keeps the forms of a model of the hub, with their figures on labelled rows. */
export async function keptForms(forms: readonly LadderForm[], context: Context): Promise<QuantizeResult['variants']> {
  const kept = await putForms(forms, context);
  return kept.map((form, index) => ({ ...form, metrics: metricsOf(forms[index]) }));
}

/** Keeps the forms of a model made elsewhere, with how far they agree with it. */
export async function keptUploadForms(
  forms: readonly LadderForm[],
  context: Context,
): Promise<AgreementResult['variants']> {
  const kept = await putForms(forms, context);
  return kept.flatMap((form, index) => {
    const quality = forms[index]?.quality;
    return quality === undefined ? [] : [{ ...form, quality }];
  });
}

async function putForms(forms: readonly LadderForm[], context: Context): Promise<Kept[]> {
  context.progress({ share: 0.98, stage: 'keeping the forms', figures: {} });
  const kept: Kept[] = [];
  for (const { name, format, profiles, model, golden, accepted, reasons, p50Ms, p95Ms } of forms) {
    kept.push({
      ...{ name, format, profiles: [...profiles] },
      ...{ digest: await context.putBlob(model), sizeBytes: model.length, goldenDigest: await context.putBlob(golden) },
      ...{ accepted, reasons: [...reasons], p50Ms, p95Ms },
    });
  }
  return kept;
}

function metricsOf(form: LadderForm | undefined): QuantizeResult['variants'][number]['metrics'] {
  if (form?.metrics) return form.metrics;
  throw new InternalError(`form ${form?.name ?? ''} was judged by labelled rows and has no metrics`);
}
