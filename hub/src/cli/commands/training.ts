import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import type { RunView } from '../../api/schemas/models.ts';
import { RequestError } from '../../errors.ts';
import type { VersionRecord } from '../../store/model-store.ts';
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
    .requiredOption('--dataset <NAME[@VERSION]>', 'the rows to learn from', nameAndVersion)
    .option('--recipe <FILE>', 'YAML file: hidden, epochs, learningRate, ...; what is left out gets a default')
    .option('--description <TEXT>', 'what the model is for')
    .option('--wait', 'wait for the end; exit code 1 when there is no version')
    .addHelpText('after', '\nExample:\n  $ edgeloop train shuttle --dataset shuttle --wait')
    .action(async (model: string, options) => {
      const session = new Session(io, options);
      const { dataset, description } = options;
      const recipe = options.recipe === undefined ? undefined : await readYaml(options.recipe);
      const run = await session.api.post<RunView>('/runs', { model, dataset, recipe, description });
      if (!options.wait) {
        session.answer(run, () => `${run.id} is under way; follow it with "edgeloop runs show ${run.id}"\n`);
        return;
      }
      await waitForRun(session, run);
    });
}

async function waitForRun(session: Session, { id, model }: RunView): Promise<void> {
  const progress = session.progress(model);
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
