import type { Command } from 'commander';
import type { QuantizationView } from '../../api/schemas/quantizations.ts';
import { RequestError } from '../../errors.ts';
import { calibrationWish, withCalibrationOptions } from '../calibration-option.ts';
import type { CliIo } from '../cli-io.ts';
import { goal } from '../goals-option.ts';
import { quantizationText } from '../quantization-text.ts';
import { command, group, Session, versionOf } from '../session.ts';
import { waitUntil } from '../wait-until.ts';
import { time } from '../words.ts';

/** `edgeloop quantize` and `edgeloop quantizations`. */
export function quantizeCommands(io: CliIo): Command[] {
  const searches = group('quantizations', 'Searches for smaller forms that were asked for.')
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(cancel(io));
  return [quantize(io), searches];
}

function quantize(io: CliIo): Command {
  const made = command('quantize', 'Look for smaller, faster forms of a version that keep its quality.')
    .argument('<version>', 'NAME@VERSION', versionOf)
    .option(
      '--profile <NAME>',
      'kind of device to find forms for, by default those of the fleet; several times',
      collected,
    )
    .option('--goal <GOAL>', 'accuracy-drop=0.5pt or =1%, size=0.3x or =300KB, latency=1x; several times', goal)
    .option(
      '--publish',
      'make the forms a version of their own, with the same float model; devices of profiles without forms run that',
    );
  return withCalibrationOptions(made)
    .addHelpText('after', EXAMPLES)
    .action(async ({ name, version }: { name: string; version: number }, options) => {
      const session = new Session(io, options);
      const path = `/models/${encodeURIComponent(name)}/versions/${version}/quantizations`;
      const started = await session.api.post<QuantizationView>(path, {
        profiles: options.profile,
        goals: options.goal,
        publish: options.publish ?? false,
        calibration: calibrationWish(options),
      });
      const ended = await waitForEnd(session, started);
      if (ended.state === 'failed') {
        session.answer(ended, () => '');
        throw new RequestError('JOB_FAILED', `${ended.id} failed: ${ended.error?.message ?? 'no reason given'}`);
      }
      session.answer(ended, () => endText(ended));
    });
}

function list(io: CliIo): Command {
  return command('list', 'List searches, newest first.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ quantizations: QuantizationView[] }>('/quantizations');
    const columns = [
      ['ID', ({ id }: QuantizationView) => id],
      ['VERSION', ({ model, version }: QuantizationView) => `${model}@${version}`],
      ['STATE', ({ state }: QuantizationView) => state],
      ['PUBLISHED', ({ publishedVersion }: QuantizationView) => publishedVersion],
      ['ASKED FOR', ({ createdMs }: QuantizationView) => time(createdMs)],
      ['BY', ({ requestedBy }: QuantizationView) => requestedBy],
      ['PROBLEM', ({ error }: QuantizationView) => error?.message],
    ] as const;
    session.answerTable(answer, answer.quantizations, columns, 'none; start one with "edgeloop quantize"');
  });
}

function show(io: CliIo): Command {
  return command('show', 'Show what a search has found.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const found = await session.api.get<QuantizationView>(pathOf(id));
      session.answer(found, () => (found.state === 'done' ? endText(found) : stateText(found)));
    });
}

function cancel(io: CliIo): Command {
  return command('cancel', 'End a search that is under way.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const ended = await session.api.post<QuantizationView>(`${pathOf(id)}/cancel`);
      session.answer(ended, () => stateText(ended));
    });
}

function pathOf(id: string): string {
  return `/quantizations/${encodeURIComponent(id)}`;
}

function stateText({ id, model, version, state, progress, error }: QuantizationView): string {
  const more = error?.message ?? progress?.stage;
  return `${id} of ${model}@${version} is ${state}${more === undefined ? '' : `: ${more}`}\n`;
}

const EXAMPLES = `
The forms of a version that a run made are judged by its held-out rows; those of an uploaded one by how far they agree
with it, on rows of --calibration or, without that, on made-up inputs. An accuracy drop in one unit takes the place of
the usual limits of 0.5 points and 1 %.

Examples:
  $ edgeloop quantize digits@3 --profile raspberry-pi-4 --goal accuracy-drop=0.5pt
  $ edgeloop quantize digits@3 --goal accuracy-drop=1% --goal size=0.3x --publish
  $ edgeloop quantize reader@1 --calibration lines --input height=48 --input mean=0.5`;

async function waitForEnd(session: Session, { id, model, version }: QuantizationView): Promise<QuantizationView> {
  const progress = session.progress(`${model}@${version}, ${id}`);
  try {
    return await waitUntil(
      async () => {
        const seen = await session.api.get<QuantizationView>(`/quantizations/${id}`);
        progress.show(seen.progress?.share ?? 0, seen.progress?.stage ?? seen.state);
        return seen;
      },
      ({ state }) => state === 'done' || state === 'failed',
    );
  } finally {
    progress.stop();
  }
}

function endText(ended: QuantizationView): string {
  const { model, version, report, publish, publishedVersion, wasPublished } = ended;
  const head = report === null ? 'the worker made no report\n' : quantizationText(report);
  if (wasPublished) return `${head}\n${model}@${publishedVersion} has these forms already; no new version\n`;
  if (publishedVersion !== null) return `${head}\npublished as ${model}@${publishedVersion}\n`;
  return publish ? `${head}\n${model}@${version} has these forms already; no new version\n` : head;
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
