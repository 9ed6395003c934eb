import { type Command, InvalidArgumentError, Option } from 'commander';
import { FAMILIES, TASKS } from '../../store/recipe/families.ts';
import type { ImageShape } from '../../store/recipe/recipe.ts';
import type { WindowRecipe } from '../../store/recipe/window.ts';
import { nameAndVersion, wholeNumber } from '../session.ts';

interface Named {
  readonly name: string;
  readonly version?: number;
}

/** What the command line can say of a training; all but the last ones are fields of its recipe. */
export interface TrainOptions {
  readonly dataset?: Named;
  readonly data?: string;
  readonly target?: string;
  readonly task?: string;
  readonly family?: string;
  readonly from?: Named;
  readonly trainable?: string;
  readonly image?: ImageShape;
  readonly window?: Pick<WindowRecipe, 'size' | 'stride'>;
  readonly normal?: readonly string[];
  readonly layers?: string;
  readonly engine?: string;
  readonly tfjsBackend?: string;
  readonly folds?: number;
  readonly recipe?: string;
  readonly writeRecipe?: string | boolean;
  readonly description?: string;
  readonly wait?: boolean;
}

/** Adds the options of `edgeloop train`. */
export function withTrainOptions(command: Command): Command {
  return command
    .option('--dataset <NAME[@VERSION]>', 'the rows to learn from', nameAndVersion)
    .option('--target <COLUMN>', 'the column to tell; by default the label of the data set')
    .addOption(new Option('--task <TASK>', 'what to tell; by default it follows from the target').choices(TASKS))
    .addOption(new Option('--family <FAMILY>', 'kind of network; auto picks one by the data').choices(FAMILIES))
    .option('--from <NAME[@VERSION]>', 'start from this version, uploaded or trained, instead of anew', nameAndVersion)
    .option('--trainable <WHAT>', 'with --from, what learns beside a new head: head, all, or a pattern of names')
    .option('--image <HxW[xC]>', 'the columns are the pixels of images, such as 28x28 or 64x64x3', imageShape)
    .option('--window <SIZE[xSTRIDE]>', 'rows that follow each other are read together, such as 64x16', windowShape)
    .option('--normal <CLASS>', 'find rows unlike those of this class; may be given several times', collected)
    .option('--layers <FILE>', 'layers of your own: a model.json of Keras or TensorFlow.js')
    .addOption(new Option('--engine <ENGINE>', 'what computes the training').choices(['ort', 'tfjs']))
    .addOption(new Option('--tfjs-backend <BACKEND>', 'with --engine tfjs').choices(['auto', 'cpu']))
    .option(
      '--folds <COUNT>',
      'cross-validate: train so many models more, each judged by other rows',
      wholeNumber(2, 50),
    )
    .option('--recipe <FILE>', 'YAML file: epochs, learningRate, ...; what is left out gets a default')
    .option(
      '--write-recipe <FILE>',
      'where the recipe is written in full; without --recipe, by default MODEL.recipe.yaml',
    )
    .option('--no-write-recipe', 'do not write the recipe')
    .option('--description <TEXT>', 'what the model is for')
    .option('--wait', 'wait for the end; exit code 1 when there is no version');
}

/** Fields of a recipe that the command line names. */
export function saidFields(options: TrainOptions): Record<string, unknown> {
  const { from, normal, folds, layers } = options;
  const fields = {
    target: options.target,
    task: options.task ?? (normal && 'anomaly'),
    family: options.family ?? (layers && 'layers'),
    from: from && { model: from.name, ...(from.version === undefined ? {} : { version: from.version }) },
    trainable: options.trainable,
    image: options.image,
    window: options.window,
    anomaly: normal && { normal },
    engine: options.engine,
    tfjsBackend: options.tfjsBackend,
    evaluation: folds === undefined ? undefined : { folds },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** 64x64x3 -> height, width and channels. */
export function imageShape(text: string): ImageShape {
  const [, height, width, channels = '1'] = /^([1-9]\d*)x([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (height === undefined || width === undefined) throw new InvalidArgumentError('expected HEIGHTxWIDTH[xCHANNELS]');
  return { height: Number(height), width: Number(width), channels: Number(channels) };
}

/** 64x16 -> size and stride. */
function windowShape(text: string): Pick<WindowRecipe, 'size' | 'stride'> {
  const [, size, stride] = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (size === undefined) throw new InvalidArgumentError('expected SIZE[xSTRIDE]');
  return { size: Number(size), ...(stride === undefined ? {} : { stride: Number(stride) }) };
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
