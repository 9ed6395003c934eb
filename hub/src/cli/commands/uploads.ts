import type { Command } from 'commander';
import type { UploadView } from '../../api/schemas/uploads.ts';
import type { CliIo } from '../cli-io.ts';
import { command, group, Session } from '../session.ts';
import { time } from '../words.ts';

/** `edgeloop uploads`. */
export function uploadCommands(io: CliIo): Command[] {
  const uploads = group('uploads', 'Model files that were handed in with "edgeloop models push".')
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(cancel(io));
  return [uploads];
}

function list(io: CliIo): Command {
  return command('list', 'List uploads, newest first.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ uploads: UploadView[] }>('/uploads');
    const columns = [
      ['ID', ({ id }: UploadView) => id],
      ['MODEL', ({ model, version }: UploadView) => (version === null ? model : `${model}@${version}`)],
      ['FILE', ({ fileName }: UploadView) => fileName],
      ['STATE', ({ state }: UploadView) => state],
      ['HANDED IN', ({ createdMs }: UploadView) => time(createdMs)],
      ['BY', ({ requestedBy }: UploadView) => requestedBy],
      ['PROBLEM', ({ error }: UploadView) => error?.message],
    ] as const;
    session.answerTable(answer, answer.uploads, columns, 'none; hand one in with "edgeloop models push"');
  });
}

function show(io: CliIo): Command {
  return command('show', 'Show how far an upload is, or what became of it.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const found = await session.api.get<UploadView>(pathOf(id));
      session.answer(found, () => stateText(found));
    });
}

function cancel(io: CliIo): Command {
  return command('cancel', 'End an upload; once inspected, it becomes a version without smaller forms.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const ended = await session.api.post<UploadView>(`${pathOf(id)}/cancel`);
      session.answer(ended, () => stateText(ended));
    });
}

function pathOf(id: string): string {
  return `/uploads/${encodeURIComponent(id)}`;
}

function stateText({ id, model, version, fileName, state, progress, error }: UploadView): string {
  const name = version === null ? model : `${model}@${version}`;
  const more = error?.message ?? (version === null ? progress?.stage : undefined);
  return `${id} of ${name} (${fileName}) is ${state}${more === undefined ? '' : `: ${more}`}\n`;
}
