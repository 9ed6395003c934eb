import { type Model, modelStats, readModel } from '@edgeloop/onnx';
import { messageOf, RequestError } from '../../errors.ts';
import type { FeedSource } from '../../quantization/feed-source.ts';
import type { AgreementSpec } from '../../quantization/quantize-job.ts';
import { agreement } from '../../quantization/yardstick/agreement.ts';
import type { Yardstick } from '../../quantization/yardstick/yardstick.ts';
import type { JobContext } from '../job-context.ts';
import { calibrationFeeds } from './calibration-feeds.ts';
import { madeUpFeeds } from './made-up-feeds.ts';

/** What forms of an uploaded model are made and judged by. */
export interface UploadedYardstick {
  readonly calibration: FeedSource | undefined;
  readonly yardstick: Yardstick;
  /** How strong the evidence is, and why; for the report. */
  readonly notes: readonly string[];
}

type Context = Pick<JobContext, 'engine' | 'table'>;

/**
 * Rows of the data set where there is one that can feed the model, made-up inputs otherwise.
 *
 * @throws RequestError INVALID_INPUT when rows cannot feed it in the way that was said
 * @throws OutsideError MODEL_INVALID when the model runs with nothing that can be made up
 */
export async function uploadedYardstick(
  { calibration }: Pick<AgreementSpec, 'calibration'>,
  floatModel: Uint8Array,
  context: Context,
): Promise<UploadedYardstick> {
  const model = readModel(floatModel);
  if (calibration === null) {
    return madeUpYardstick(model, floatModel, context, withoutData(model));
  }
  const { dataset, label, mapping } = calibration;
  try {
    const table = await context.table(dataset.digest);
    const feeds = await calibrationFeeds({ model, table, label, mapping, engine: context.engine });
    const note = `judged by how far forms agree with float32 on ${feeds.judged.rows} rows of ${dataset.name}, for what is right is not known`;
    return { calibration: feeds.calibration, yardstick: agreement(feeds.judged), notes: [note] };
  } catch (error) {
    if (!(error instanceof RequestError && error.code === 'INVALID_INPUT')) throw error;
    const fact = `data set ${dataset.name} cannot feed the model`;
    // Who says how rows become the input wants these rows, and no weaker evidence.
    const isSaid = Object.values(mapping).some((value) => value !== undefined);
    if (isSaid) throw new RequestError('INVALID_INPUT', fact, { cause: error });
    return madeUpYardstick(model, floatModel, context, `${fact}: ${messageOf(error)}`);
  }
}

/** Names the way to better evidence where there is one. */
function withoutData(model: Model): string {
  const { inputs } = modelStats(model);
  const [input] = inputs;
  if (inputs.length === 1 && input?.type === 'float32') return 'no data set was named; name one with --calibration';
  const got = inputs.map(({ name, type }) => `${name} (${type ?? 'no tensor'})`).join(', ') || 'none';
  return `a data set can feed only models with one float32 input, and the inputs of this one are ${got}`;
}

async function madeUpYardstick(
  model: Model,
  floatModel: Uint8Array,
  { engine }: Context,
  reason: string,
): Promise<UploadedYardstick> {
  const runner = await engine.open(floatModel);
  try {
    const { source, shapes, states } = await madeUpFeeds(model, runner);
    const carried = states.length === 0 ? '' : `, with ${states.join(', ')} carried from row to row`;
    return {
      calibration: undefined,
      yardstick: { ...agreement(source), rowsAre: 'made-up rows' },
      notes: [
        `weak evidence: forms were compared with float32 on ${source.rows} made-up inputs (${shapes}${carried}), which shows that nothing is broken, not how readings of devices fare: ${reason}`,
      ],
    };
  } finally {
    await runner.close();
  }
}
