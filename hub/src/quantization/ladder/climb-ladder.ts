import type { FirmwareProfile, MachineFacts } from '@edgeloop/firmware-profiles';
import { readMachineFacts } from '@edgeloop/firmware-profiles';
import { prepareForQuantization, readModel } from '@edgeloop/onnx';
import { messageOf } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import type { QuantizationReport } from '../../store/quantization-report.ts';
import type { QuantizationGoals } from '../../store/recipe/recipe.ts';
import type { FeedSource } from '../feed-source.ts';
import type { Yardstick } from '../yardstick/yardstick.ts';
import { type Climb, climbClass } from './climb-class.ts';
import type { FineTune } from './fine-tune.ts';
import { FloatBase } from './float-base.ts';
import { FormAttempts } from './form-attempts.ts';
import { FormJudge } from './form-judge.ts';
import { type LadderForm, ladderForms, variantName } from './ladder-forms.ts';
import { LADDER } from './ladder-plan.ts';
import { PreviousForms } from './previous-forms.ts';
import { profileClasses, type WantedForms } from './profile-classes.ts';
import type { Rung, Workshop } from './rung.ts';
import { writeReport } from './write-report.ts';

export interface LadderInput {
  readonly floatModel: Uint8Array;
  /** Rows for ranges; undefined: nothing static is tried. */
  readonly calibration: FeedSource | undefined;
  /** What judges a form: labelled rows, or agreement with float32. */
  readonly yardstick: Yardstick;
  /** Of the fleet; none: forms for any device. */
  readonly profiles: readonly FirmwareProfile[];
  readonly goals: QuantizationGoals;
  readonly engine: GraphEngine;
  /** With fractions of a millisecond. */
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
  /** @param share of the ladder that lies below the rung, 0 to 1 */
  readonly onStep?: ((rung: string, share: number) => void) | undefined;
  /** Undefined: rungs that train are left out, and the report says so. */
  readonly fineTune?: FineTune | undefined;
  /** The form of this name of the version before, so that a device has little to download. */
  readonly previous?: ((name: string) => Promise<Uint8Array | undefined>) | undefined;
  /** What measures. @default this machine */
  readonly machine?: MachineFacts | undefined;
}

export interface LadderResult {
  /** Accepted ones in the order in which devices try them, then the best refused one of each name; float32 last. */
  readonly forms: readonly LadderForm[];
  readonly report: QuantizationReport;
}

/**
 * Finds the cheapest smaller form that meets the goals for every class of profiles, and one of another arithmetic for
 * devices that refuse it; float32 is always there.
 *
 * A rung that cannot be made is a refused step. Chooses the same for the same input unless a form takes as long as the
 * goal allows.
 */
export async function climbLadder(input: LadderInput): Promise<LadderResult> {
  const judge = await FormJudge.open(input);
  try {
    const { base, notes } = preparedBase(input);
    const previous = new PreviousForms(input.previous, input.signal);
    const attempts = new FormAttempts(judge, input.nowMs);
    const climbs: Climb[] = [];
    const classes = profileClasses(input.profiles);
    for (const [index, wanted] of classes.entries()) {
      climbs.push(
        await climbClass(
          wanted,
          climbOptions(input, {
            base,
            attempts,
            previous,
            wanted,
            done: index / classes.length,
            part: 1 / classes.length,
          }),
        ),
      );
    }
    const forms = await ladderForms(climbs, judge, input.floatModel);
    const machine = input.machine ?? readMachineFacts();
    return {
      forms,
      report: writeReport({ input, machine, climbs, forms, judge, notes: [...notes, ...previous.notes] }),
    };
  } finally {
    await judge.close();
  }
}

/** A float model without what stands in the way of integers. */
function preparedBase(input: LadderInput): { readonly base: FloatBase; readonly notes: readonly string[] } {
  const source = readModel(input.floatModel);
  try {
    return { base: new FloatBase(prepareForQuantization(source), input), notes: [] };
  } catch (error) {
    const note = `the graph was taken as it is, for it cannot be prepared: ${messageOf(error)}`;
    return { base: new FloatBase(source, input), notes: [note] };
  }
}

interface Place {
  readonly base: FloatBase;
  readonly attempts: FormAttempts;
  readonly previous: PreviousForms;
  readonly wanted: WantedForms;
  /** Shares of all classes. */
  readonly done: number;
  readonly part: number;
}

function climbOptions(
  input: LadderInput,
  { base, attempts, previous, wanted, done, part }: Place,
): Parameters<typeof climbClass>[1] {
  const { reduceRange } = wanted;
  const workshop: Omit<Workshop, 'missesOf'> = {
    ...{ base, reduceRange, fineTune: input.fineTune, signal: input.signal },
    keepScales: (format, make) => previous.keepScales(variantName(format, reduceRange), make),
  };
  const has = {
    calibration: (input.calibration?.rows ?? 0) > 0,
    'fine-tuning': input.fineTune !== undefined,
    'size goal': input.goals.maxSizeShare !== undefined,
  };
  const onStep = (rung: Rung): void => input.onStep?.(rung.name, done + (part * LADDER.indexOf(rung)) / LADDER.length);
  return { ladder: LADDER, attempts, workshop, has, onStep };
}
