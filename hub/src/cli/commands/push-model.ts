import { basename } from 'node:path';
import type { Command } from 'commander';
import type { UploadView } from '../../api/schemas/uploads.ts';
import { RequestError } from '../../errors.ts';
import type { VersionRecord } from '../../store/model-store.ts';
import { type CalibrationOptions, calibrationWish, withCalibrationOptions } from '../calibration-option.ts';
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
  const made = command('push', 'Hand in an ONNX model that was made elsewhere, as the next version of a model.')
    .argument('<file>', 'one .onnx file, with its weights inside')
    .requiredOption('--name <NAME>', 'name of the model')
    .option('--description <TEXT>', 'what the model does')
    .option('--no-quantize', 'do not look for smaller forms');
  return withCalibrationOptions(made)
    .addHelpText('after', EXAMPLES)
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
      const known = `${knownText(upload, options)}\n\n`;
      session.answer({ isNew: answer.isNew, upload, versionRecord: version }, () => {
        return `${answer.isNew ? '' : known}${versionText(version)}`;
      });
    });
}

const EXAMPLES = `
A worker loads the model, says what it is, and looks for smaller forms that agree with it: on rows of --calibration or,
without that, on made-up inputs, which are weak evidence. Training can start from the version; devices get none of it.

Examples:
  $ edgeloop models push direction.onnx --name text-direction
  $ edgeloop models push reader.onnx --name reader --calibration lines --input height=48 --input mean=0.5`;

interface PushOptions extends CalibrationOptions {
  readonly name: string;
  readonly description?: string;
  readonly quantize: boolean;
}

/** What becomes of a file that is there already. */
function knownText({ createdMs, model, version }: UploadView, { calibration }: PushOptions): string {
  const known = `the same file was handed in on ${time(createdMs)}; no new version`;
  if (calibration === undefined) return known;
  return `${known}; for forms by these rows: edgeloop quantize ${model}@${version} --calibration ${calibration.name}`;
}

async function send(session: Session, file: string, options: PushOptions): Promise<UploadAnswer> {
  const { name: model, description, quantize } = options;
  const calibration = calibrationWish(options);
  const digest = await fileDigest(file);
  const progress = session.progress(basename(file));
  try {
    const query = {
      ...{ model, digest, fileName: basename(file), description, quantize: String(quantize) },
      calibration: calibration && JSON.stringify(calibration),
    };
    const body = await fileStream(file, progress, 'checking');
    return await session.api.upload<UploadAnswer>('/uploads', query, body);
  } finally {
    progress.stop();
  }
}

async function inspected(session: Session, upload: UploadView): Promise<UploadView> {
  const progress = session.progress(`${upload.fileName}, ${upload.id}`);
  try {
    return await waitUntil(
      async () => {
        const seen = await session.api.get<UploadView>(`/uploads/${upload.id}`);
        progress.show(seen.progress?.share ?? 0, seen.progress?.stage ?? 'waiting for a worker');
        return seen;
      },
      (seen) => seen.state !== 'inspecting' && seen.state !== 'quantizing',
    );
  } finally {
    progress.stop();
  }
}
