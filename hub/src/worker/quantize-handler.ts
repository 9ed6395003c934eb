import { type FirmwareProfile, loadProfiles } from '@edgeloop/firmware-profiles';
import { RequestError } from '../errors.ts';
import { measure } from '../evaluation/metrics.ts';
import { rowSource } from '../quantization/feed-source.ts';
import { climbLadder, type LadderInput } from '../quantization/ladder/climb-ladder.ts';
import {
  type AgreementResult,
  type AgreementSpec,
  AgreementSpecSchema,
  type QuantizeResult,
  type QuantizeSpec,
  QuantizeSpecSchema,
} from '../quantization/quantize-job.ts';
import { labelled } from '../quantization/yardstick/labelled.ts';
import { spreadRows } from '../store/pick-rows.ts';
import { fineTuning } from './fine-tuning.ts';
import type { JobContext } from './job-context.ts';
import { loadModelRows } from './job-rows.ts';
import { keptForms, keptUploadForms } from './kept-forms.ts';
import { uploadedYardstick } from './uploaded/uploaded-yardstick.ts';

/** Rows enough to know the ranges of activations; more only take time. */
const CALIBRATION_ROWS = 4_096;

/** Makes, measures and keeps the smaller forms of a model. */
export async function handleQuantize(input: unknown, context: JobContext): Promise<QuantizeResult | AgreementResult> {
  const isByAgreement = typeof input === 'object' && input !== null && 'by' in input;
  return isByAgreement
    ? quantizeUploaded(AgreementSpecSchema.parse(input), context)
    : quantizeTrained(QuantizeSpecSchema.parse(input), context);
}

async function quantizeTrained(spec: QuantizeSpec, context: JobContext): Promise<QuantizeResult> {
  context.progress({ share: 0, stage: 'reading data', figures: {} });
  const { train, validation, test } = await loadModelRows(spec, { inputs: spec.inputs }, context);
  // Recipes may leave out rows; what is left then has to do.
  const judged = [test, validation, train].find(({ rows }) => rows > 0) ?? train;
  const { recipe, seed } = spec;
  const { forms, report } = await climbLadder({
    ...(await ladderInput(spec, context)),
    calibration: rowSource(spreadRows(train, CALIBRATION_ROWS)),
    yardstick: labelled({ rows: judged, task: spec.target.task, measure }),
    fineTune: recipe && fineTuning({ recipe, seed, rows: { train, validation }, context }),
  });
  return { variants: await keptForms(forms, context), report };
}

async function quantizeUploaded(spec: AgreementSpec, context: JobContext): Promise<AgreementResult> {
  context.progress({ share: 0, stage: 'reading data', figures: {} });
  const input = await ladderInput(spec, context);
  // Some models end the process with their first run: then this tells that no form of theirs did.
  context.progress({ share: 0.01, stage: 'first runs of the float32 model', figures: {} });
  const { calibration, yardstick, notes } = await uploadedYardstick(spec, input.floatModel, context);
  const { forms, report } = await climbLadder({ ...input, calibration, yardstick });
  const variants = await keptUploadForms(forms, context);
  return { variants, report: { ...report, notes: [...notes, ...report.notes] } };
}

type CommonInput = Omit<LadderInput, 'calibration' | 'yardstick'>;

async function ladderInput(
  { floatModel, goals, profiles, previous }: QuantizeSpec | AgreementSpec,
  context: JobContext,
): Promise<CommonInput> {
  const { engine, nowMs, signal } = context;
  return {
    ...{
      floatModel: await context.blob(floatModel.digest),
      goals,
      profiles: profilesNamed(profiles),
      engine,
      nowMs,
      signal,
    },
    onStep: (rung, share) => context.progress({ share: 0.02 + 0.95 * share, stage: rung, figures: {} }),
    previous: async (name) => {
      const form = previous.find((known) => known.name === name);
      return form && context.blob(form.digest);
    },
  };
}

/** @throws RequestError INVALID_INPUT for a name that this worker does not know */
function profilesNamed(names: readonly string[]): readonly FirmwareProfile[] {
  const library = loadProfiles();
  if (names.length === 0) return [...library.values()];
  return names.map((name) => {
    const profile = library.get(name);
    if (profile) return profile;
    throw new RequestError('INVALID_INPUT', `no firmware profile ${name}; there are ${[...library.keys()].join(', ')}`);
  });
}
