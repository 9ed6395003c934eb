import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import type { RunView } from '../../api/schemas/models.ts';
import { RequestError } from '../../errors.ts';
import type { VersionRecord } from '../../store/model-store.ts';
import type { ImageShape } from '../../store/recipe.ts';
import { isRunOver } from '../../store/run-store.ts';
import type { CliIo } from '../cli-io.ts';
import { command, nameAndVersion, Session } from '../session.ts';
import { versionText } from '../version-text.ts';
import { waitUntil } from '../wait-until.ts';
import { runCommands } from './runs.ts';

/** `edgeloop train` and `edgeloop runs`. */
export function trainingCommands(io: CliIo): Command[] {
  return [train(io), runCommands(io)];
}

/** A YAML or JSON file. @throws RequestError NOT_FOUND, INVALID_INPUT */
export async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  });
  try {
    return parse(text);
  } catch (cause) {
    // The rest of the parser's message draws the place over several lines.
    const [reason = ''] = String(cause instanceof Error ? cause.message : cause).split(/:?\n/, 1);
    throw new RequestError('INVALID_INPUT', `${path}: expected YAML: ${reason}`);
  }
}

function train(io: CliIo): Command {
  return command('train', 'Train, quantize, evaluate and sign a new version of a model.')
    .argument('<model>', 'name of the model')
    .option('--dataset <NAME[@VERSION]>', 'the rows to learn from', nameAndVersion)
    .option('--from <NAME[@VERSION]>', 'start from this version, uploaded or trained, instead of anew', nameAndVersion)
    .option('--trainable <WHAT>', 'with --from, what learns beside a new head: head, all, or a pattern of names')
    .option('--image <HxW[xC]>', 'the columns are the pixels of images, such as 28x28 or 64x64x3', imageShape)
    .option('--recipe <FILE>', 'YAML file: hidden, epochs, learningRate, ...; what is left out gets a default')
    .option('--description <TEXT>', 'what the model is for')
    .option('--wait', 'wait for the end; exit code 1 when there is no version')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, options: TrainOptions, self: Command) => {
      // Without --dataset, --data can only mean the rows: a hub is found by its default folder too.
      const dataset = options.dataset ?? (options.data === undefined ? undefined : nameAndVersion(options.data));
      if (dataset === undefined) return self.error("error: required option '--dataset <NAME[@VERSION]>' not specified");
      const session = new Session(io, options.dataset === undefined ? { ...options, data: undefined } : options);
      const { description, wait } = options;
      const run = await session.api.post<RunView>('/runs', {
        model,
        dataset,
        recipe: await recipeOf(options),
        description,
      });
      if (wait) return waitForRun(session, run);
      session.answer(run, () => `${run.id} is under way; follow it with "edgeloop runs show ${run.id}"\n`);
    });
}

interface TrainOptions {
  readonly dataset?: { readonly name: string; readonly version?: number };
  readonly data?: string;
  readonly from?: { readonly name: string; readonly version?: number };
  readonly trainable?: string;
  readonly image?: ImageShape;
  readonly recipe?: string;
  readonly description?: string;
  readonly wait?: boolean;
}

const EXAMPLES = `
A pattern is a glob over the names of weights ('layer4.*') or a regular expression between slashes ('/^layer[34]/').
Without --dataset, --data NAME[@VERSION] names the rows.

Examples:
  $ edgeloop train shuttle --dataset shuttle --wait
  $ edgeloop train digits --from text-direction@1 --dataset digits --trainable head --image 28x28 --wait`;

/** The recipe of the file, where there is one, with what the command line says. */
async function recipeOf({ recipe, from, trainable, image }: TrainOptions): Promise<unknown> {
  const written = recipe === undefined ? undefined : await readYaml(recipe);
  const base = from && { model: from.name, ...(from.version === undefined ? {} : { version: from.version }) };
  const said = { ...(base && { from: base }), ...(trainable && { trainable }), ...(image && { image }) };
  if (Object.keys(said).length === 0) return written;
  // What is no recipe at all is the hub's to refuse.
  const isRecipe =
    written === undefined || written === null || (typeof written === 'object' && !Array.isArray(written));
  return isRecipe ? { ...written, ...said } : written;
}

/** 64x64x3 -> height, width and channels. */
function imageShape(text: string): ImageShape {
  const [, height, width, channels = '1'] = /^([1-9]\d*)x([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (height === undefined || width === undefined) throw new InvalidArgumentError('expected HEIGHTxWIDTH[xCHANNELS]');
  return { height: Number(height), width: Number(width), channels: Number(channels) };
}

async function waitForRun(session: Session, { id, model }: RunView): Promise<void> {
  const progress = session.progress(`${model}, ${id}`);
  let ended: RunView;
  try {
    ended = await waitUntil(async () => {
      const run = await session.api.get<RunView>(`/runs/${id}`);
      progress.show(run.progress?.share ?? 0, run.progress?.stage ?? run.state);
      return run;
    }, isRunOver);
  } finally {
    progress.stop();
  }
  if (ended.version === null) {
    session.answer(ended, () => '');
    throw new RequestError('JOB_FAILED', `${id} ended as ${ended.state}: ${ended.error?.message ?? 'no reason given'}`);
  }
  const version = await session.api.get<VersionRecord>(`/models/${model}/versions/${ended.version}`);
  session.answer({ ...ended, versionRecord: version }, () => `${versionText(version)}`);
}
