import type { MachineFacts } from '@edgeloop/firmware-profiles';
import type { ProfileClass, QuantizationReport } from '../../store/quantization-report.ts';
import type { Climb } from './climb-class.ts';
import type { LadderInput } from './climb-ladder.ts';
import type { FormJudge } from './form-judge.ts';
import { type LadderForm, orderOf } from './ladder-forms.ts';

export interface ReportParts {
  readonly input: LadderInput;
  readonly machine: MachineFacts;
  readonly climbs: readonly Climb[];
  readonly forms: readonly LadderForm[];
  readonly judge: FormJudge;
  readonly notes: readonly string[];
}

/** Flags of /proc/cpuinfo by the names that profiles use for them. */
const INSTRUCTION_SETS: Readonly<Record<string, string>> = {
  ...{ avx2: 'avx2', avx512f: 'avx512f', avx512_vnni: 'avx512_vnni', avx_vnni: 'avx_vnni' },
  ...{ amx_int8: 'amx_int8', asimd: 'neon', asimddp: 'dotprod', i8mm: 'i8mm' },
};

/** Below this many rows a figure says little. */
const FEW_ROWS = 200;

/** What rounding alone leaves of float32's agreement with itself. */
const STEADY = 1 - 1e-6;

/** Everything that was tried, for people and for the record of the version. */
export function writeReport(parts: ReportParts): QuantizationReport {
  const { input, machine, climbs, forms, judge } = parts;
  const rows = input.calibration?.rows ?? 0;
  return {
    goals: input.goals,
    measuredOn: {
      engine: input.engine.name,
      cpu: machine.cpuModel || machine.architecture,
      instructionSets: machine.cpuFlags.flatMap((flag) => INSTRUCTION_SETS[flag] ?? []),
    },
    calibration: { source: rows === 0 ? 'none' : 'dataset', rows },
    float: { sizeBytes: input.floatModel.length, ...judge.floatLatency, quality: judge.float.quality },
    classes: climbs.map((climb) => classOf(climb, forms)),
    notes: [...parts.notes, ...notesOf(parts)],
  };
}

function classOf(climb: Climb, forms: readonly LadderForm[]): ProfileClass {
  const order = orderOf(climb, forms);
  const [chosen = 'float32'] = order;
  return {
    ...{ name: climb.wanted.name, profiles: climb.wanted.profiles, chosen, order },
    why: whyChosen(climb, chosen),
    steps: climb.climbed.map(({ step }) => step),
  };
}

function whyChosen({ climbed, wanted }: Climb, chosen: string): string {
  const measured = climbed.filter(({ judged }) => judged !== undefined);
  if (chosen !== 'float32') {
    const accepted = climbed.find(({ step }) => step.accepted);
    const tried = measured.length === 1 ? 'the first form' : `the first of ${measured.length} forms`;
    return `${chosen} is ${tried} that met the goals: ${accepted?.step.rung ?? ''}`;
  }
  if (wanted.formats.size <= 1) return 'these profiles take float32 only';
  const [first] = climbed;
  if (first === undefined) return 'no smaller form could be tried';
  const missed = ({ step }: Climbed): string =>
    `${step.rung}: ${step.reasons.filter((reason) => reason.startsWith('not ')).join('; ')}`;
  const [nearest] = measured.toSorted((a, b) => missCount(a) - missCount(b) || dropOf(a) - dropOf(b));
  if (nearest === undefined) return `no smaller form could be made; the first, ${missed(first)}`;
  return measured.length === 1
    ? `the only smaller form that could be made did not meet the goals, ${missed(nearest)}`
    : `none of ${measured.length} smaller forms met the goals; the nearest, ${missed(nearest)}`;
}

type Climbed = Climb['climbed'][number];

function missCount({ judged }: Climbed): number {
  return judged?.misses.length ?? Number.POSITIVE_INFINITY;
}

function dropOf({ judged }: Climbed): number {
  return judged?.standing.quality.drop ?? Number.POSITIVE_INFINITY;
}

function notesOf({ climbs, judge, forms }: ReportParts): string[] {
  const { quality, selfAgreement = 1 } = judge.float;
  const left = climbs.flatMap(({ leftOut }) => leftOut);
  const named = (need: string): string => {
    const names = left.filter(({ missing }) => missing === need).map(({ rung }) => rung.name);
    return [...new Set(names)].join('; ');
  };
  const foreign = climbs.filter(({ wanted }) => wanted.provider !== 'cpu');
  const few = Math.min(...forms.map(({ goldenRows }) => goldenRows));
  return [
    ...noteIf(named('calibration') !== '', `without calibration rows these were left out: ${named('calibration')}`),
    ...noteIf(named('fine-tuning') !== '', `without data to train on these were left out: ${named('fine-tuning')}`),
    ...noteIf(quality.rows < FEW_ROWS, `only ${rowsText(quality.rows)} judged the forms, which leaves wide intervals`),
    ...noteIf(
      selfAgreement < STEADY,
      `float32 agrees with itself by ${(100 * selfAgreement).toFixed(2)} % only when it is asked the same rows twice, as models do that draw random numbers: no form can agree better`,
    ),
    ...noteIf(few < 16, `devices test themselves with ${rowsText(few)} only`),
    ...foreign.map(
      ({ wanted }) =>
        `${wanted.profiles.join(', ')} compute on ${wanted.provider}: times were measured on the processor of this machine`,
    ),
  ];
}

function rowsText(rows: number): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}`;
}

function noteIf(is: boolean, note: string): string[] {
  return is ? [note] : [];
}
