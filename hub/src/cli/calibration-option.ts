import { type Command, InvalidArgumentError } from 'commander';
import type { CalibrationWish } from '../api/pipeline-actions.ts';
import { RequestError } from '../errors.ts';
import { CalibrationMappingSchema } from '../store/calibration-mapping.ts';
import { type ModelInput, ModelInputSchema } from '../store/recipe/fine-tuning.ts';
import { imageShape } from './commands/train-options.ts';
import { nameAndVersion, nameValue } from './session.ts';

export interface CalibrationOptions {
  readonly calibration?: { readonly name: string; readonly version?: number };
  readonly columns?: readonly string[];
  readonly image?: { readonly height: number; readonly width: number; readonly channels: number };
  readonly input?: Readonly<Record<string, string>>;
}

const INPUT_VALUES: Readonly<Record<keyof ModelInput, string>> = {
  scale: 'a number above 0',
  mean: 'a number, or numbers with commas between them',
  deviation: 'a number above 0, or such numbers with commas between them',
  height: 'a whole number from 1 to 4096',
  width: 'a whole number from 1 to 4096',
  resize: 'linear or nearest',
};

/** Adds the options that say which rows an uploaded model is calibrated and judged by. */
export function withCalibrationOptions(command: Command): Command {
  return command
    .option('--calibration <NAME[@VERSION]>', 'data set whose rows forms are made and judged by', nameAndVersion)
    .option(
      '--columns <A,B,...>',
      'with --calibration: columns the model reads, by default images or all numbers',
      columns,
    )
    .option('--image <HxW[xC]>', 'with --calibration: the columns are the pixels of images', imageShape)
    .option(
      '--input <KEY=VALUE>',
      'with --calibration: how raw values become the input: scale, mean, deviation, height, width, resize; several times',
      nameValue,
    );
}

/** @throws RequestError INVALID_INPUT for options that go with --calibration, without it or with values that cannot be */
export function calibrationWish(options: CalibrationOptions): CalibrationWish | undefined {
  const { calibration, columns: named, image, input } = options;
  const said = { columns: named, image, input: input && values(input) };
  const used = Object.entries(said).filter(([, value]) => value !== undefined);
  if (calibration === undefined) {
    const [first] = used;
    if (first === undefined) return undefined;
    throw new RequestError('INVALID_INPUT', `--${first[0]} goes with --calibration, which names the rows`);
  }
  const mapping = CalibrationMappingSchema.safeParse(Object.fromEntries(used));
  if (mapping.success) return { dataset: calibration, mapping: mapping.data };
  const [issue] = mapping.error.issues;
  throw new RequestError(
    'INVALID_INPUT',
    (input && inputFault(input)) ?? `--${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** The first value of `--input` that cannot be, with what it should be. */
function inputFault(input: Readonly<Record<string, string>>): string | undefined {
  for (const [key, text] of Object.entries(input)) {
    const { success } = ModelInputSchema.safeParse(values({ [key]: text }));
    if (success) continue;
    const expected = Object.entries(INPUT_VALUES).find(([known]) => known === key)?.[1];
    if (expected) return `--input: ${key} must be ${expected}, got ${text}`;
    return `--input: expected ${Object.keys(INPUT_VALUES).join(', ')}, got ${key}`;
  }
  return undefined;
}

function columns(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('expected names with commas between them');
  return names;
}

/** mean=0.5,0.4,0.4 -> numbers; words stay words. */
function values(input: Readonly<Record<string, string>>): Record<string, unknown> {
  const numberOrWord = (text: string): unknown =>
    Number.isNaN(Number(text)) || text.trim() === '' ? text : Number(text);
  return Object.fromEntries(
    Object.entries(input).map(([key, text]) => [
      key,
      text.includes(',') ? text.split(',').map(Number) : numberOrWord(text),
    ]),
  );
}
