import { basename } from 'node:path';
import type { Command } from 'commander';
import type { UploadView } from '../../api/schemas/uploads.ts';
import { RequestError } from '../../errors.ts';
import type { VersionRecord } from '../../store/model-store.ts';
import type { CliIo } from '../cli-io.ts';
import { fileDigest } from '../file-digest.ts';
import { fileStream } from '../file-stream.ts';
import { command, Session } from '../session.ts';
import { versionText } from '../version-text.ts';
import { waitUntil } from '../wait-until.ts';
import { time } from '../words.ts';

interface UploadAnswer {
  readonly isNew: boolean;
  readonly upload: UploadView;
}

/** `edgeloop models push`. */
export function pushModel(io: CliIo): Command {
  return command('push', 'Hand in an ONNX model that was made elsewhere, as the next version of a model.')
    .argument('<file>', 'one .onnx file, with its weights inside')
    .requiredOption('--name <NAME>', 'name of the model')
    .option('--description <TEXT>', 'what the model does')
    .addHelpText(
      'after',
      '\nA worker loads the model and says what it is. Training can start from the version; devices get none of it.\n\nExample:\n  $ edgeloop models push direction.onnx --name text-direction',
    )
    .action(async (file: string, options) => {
      const session = new Session(io, options);
      const answer = await send(session, file, options);
      const upload = await inspected(session, answer.upload);
      if (upload.version === null) {
        session.answer(upload, () => '');
        const reason = upload.error?.message ?? 'no reason given';
        throw new RequestError('MODEL_INVALID', `${upload.fileName} was ${upload.state}: ${reason}`);
      }
      const version = await session.api.get<VersionRecord>(`/models/${upload.model}/versions/${upload.version}`);
      const known = `the same file was handed in on ${time(upload.createdMs)}; no new version\n\n`;
      session.answer({ isNew: answer.isNew, upload, versionRecord: version }, () => {
        return `${answer.isNew ? '' : known}${versionText(version)}`;
      });
    });
}

async function send(
  session: Session,
  file: string,
  options: { name: string; description?: string },
): Promise<UploadAnswer> {
  const digest = await fileDigest(file);
  const progress = session.progress(basename(file));
  try {
    const query = { model: options.name, digest, fileName: basename(file), description: options.description };
    const body = await fileStream(file, progress, 'checking');
    return await session.api.upload<UploadAnswer>('/uploads', query, body);
  } finally {
    progress.stop();
  }
}

async function inspected(session: Session, upload: UploadView): Promise<UploadView> {
  const progress = session.progress(upload.fileName);
  try {
    return await waitUntil(
      async () => {
        const seen = await session.api.get<UploadView>(`/uploads/${upload.id}`);
        progress.show(seen.progress?.share ?? 0, seen.progress?.stage ?? 'waiting for a worker');
        return seen;
      },
      (seen) => seen.state !== 'inspecting',
    );
  } finally {
    progress.stop();
  }
}
