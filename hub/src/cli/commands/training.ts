import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import type { RunView } from '../../api/schemas/runs.ts';
import { RequestError } from '../../errors.ts';
import type { VersionRecord } from '../../store/model-store.ts';
import { isRunOver } from '../../store/run-store.ts';
import type { CliIo } from '../cli-io.ts';
import { uploadLayers } from '../layers-upload.ts';
import { type RecipeFile, readRecipeFile } from '../recipe-file.ts';
import { command, nameAndVersion, Session } from '../session.ts';
import { versionText } from '../version-text.ts';
import { waitUntil } from '../wait-until.ts';
import { writeRecipe } from '../write-recipe.ts';
import { runCommands } from './runs.ts';
import { saidFields, type TrainOptions, withTrainOptions } from './train-options.ts';

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
  return withTrainOptions(command('train', 'Train, quantize, evaluate and sign a new version of a model.'))
    .argument('[model]', 'name of the model, where the recipe does not say it')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, options: TrainOptions, self: Command) => {
      const file = await fileOf(options);
      // Without --dataset, --data can only mean the rows: a hub is found by its default folder too.
      const isData = options.dataset === undefined && file?.dataset === undefined && options.data !== undefined;
      const dataset = isData ? nameAndVersion(options.data ?? '') : (options.dataset ?? file?.dataset);
      const model = name ?? file?.model;
      if (model === undefined) return self.error("error: missing required argument 'model'");
      if (dataset === undefined) return self.error("error: required option '--dataset <NAME[@VERSION]>' not specified");
      const session = new Session(io, isData ? { ...options, data: undefined } : options);
      const layers = options.layers === undefined ? undefined : await uploadLayers(options.layers, session.api);
      const recipe = { ...(file?.recipe ?? saidFields(options)), ...(layers && { layers: layers.digests }) };
      const description = options.description ?? file?.description;
      const run = await session.api.post<RunView>('/runs', { model, dataset, recipe, description });
      const written = [...(layers?.notes ?? []), ...(await writtenRecipe(run, options))];
      if (options.wait) return waitForRun(session, run, written);
      const notes = [...(run.notes ?? []), ...written].map((note) => `${note}\n`).join('');
      session.answer(run, () => `${run.id} is under way; follow it with "edgeloop runs show ${run.id}"\n${notes}`);
    });
}

/** The file with a recipe, and what the command line says in the place of its fields. */
function fileOf(options: TrainOptions): Promise<RecipeFile> | undefined {
  if (options.recipe === undefined) return undefined;
  // What the layers are is known when they are at the hub.
  const layers = options.layers === undefined ? {} : { layers: { model: '0'.repeat(64) } };
  return readRecipeFile(options.recipe, { ...saidFields(options), ...layers });
}

/** Writes the recipe where that is asked for, or no file of one was named; returns what is said of it. */
async function writtenRecipe(run: RunView, { recipe, writeRecipe: wish = true }: TrainOptions): Promise<string[]> {
  if (wish === false || (wish === true && recipe !== undefined)) return [];
  const path = wish === true ? `${run.model}.recipe.yaml` : wish;
  if (await writeRecipe(path, run)) return [`its recipe is in ${path}`];
  return [`${path} is another file and stays as it is; "edgeloop runs recipe ${run.id}" shows the recipe`];
}

const EXAMPLES = `
A pattern is a glob over the names of weights ('layer4.*') or a regular expression between slashes ('/^layer[34]/').
Without --dataset, --data NAME[@VERSION] names the rows.

Examples:
  $ edgeloop train shuttle --dataset shuttle --wait
  $ edgeloop train price --data houses --target price --family mlp --folds 5
  $ edgeloop train odd --data shuttle --target Class --normal Rad.Flow --wait
  $ edgeloop train walk --data steps --window 64x16 --family sensor-cnn
  $ edgeloop train digits --from text-direction@1 --dataset digits --trainable head --image 28x28 --wait
  $ edgeloop train --recipe digits.recipe.yaml`;

async function waitForRun(
  session: Session,
  { id, model, notes = [] }: RunView,
  written: readonly string[],
): Promise<void> {
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
  const said = [...notes, ...written].map((note) => `${note}\n`).join('');
  if (ended.version === null) {
    session.answer(ended, () => said);
    throw new RequestError('JOB_FAILED', `${id} ended as ${ended.state}: ${ended.error?.message ?? 'no reason given'}`);
  }
  const version = await session.api.get<VersionRecord>(`/models/${model}/versions/${ended.version}`);
  session.answer({ ...ended, versionRecord: version }, () => `${said}${versionText(version)}`);
}
