import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { OutsideError, RequestError } from '../errors.ts';

/** One file of an archive. */
export interface ArchiveFile {
  /** From the archive's root on, with '/' between names. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ArchiveLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
}

/**
 * The files of a tar archive in their order; hidden ones, folders and links are left out. Nothing is written anywhere.
 *
 * @throws OutsideError DATA_INVALID when it is no tar archive; RequestError TOO_LARGE; what reading the pieces throws
 */
export async function* readArchive(
  pieces: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits,
): AsyncGenerator<ArchiveFile> {
  const tar = extract();
  const source = Readable.from(pieces);
  // What goes wrong before the archive is read to its end is told to whoever reads it.
  source.on('error', (error) => tar.destroy(error));
  source.pipe(tar);
  let files = 0;
  try {
    for await (const entry of tar) {
      const { name, type, size = 0 } = entry.header;
      const path = name.replace(/^(\.?\/)+/, '');
      const isFile = type === 'file' || type === 'contiguous-file';
      if (!isFile || path.split('/').some((part) => part.startsWith('.'))) {
        entry.resume();
        continue;
      }
      checkLimits(path, size, ++files, limits);
      yield { path, bytes: await wholeOf(entry) };
    }
  } catch (cause) {
    if (cause instanceof RequestError || cause instanceof OutsideError) throw cause;
    throw new OutsideError('DATA_INVALID', 'expected a tar archive', { cause });
  } finally {
    source.destroy();
  }
}

function checkLimits(path: string, sizeBytes: number, files: number, limits: ArchiveLimits): void {
  const { maxFiles, maxFileBytes } = limits;
  if (files > maxFiles) {
    throw new RequestError('TOO_LARGE', `expected at most ${maxFiles} files, got more`, { details: { maxFiles } });
  }
  if (sizeBytes <= maxFileBytes) return;
  throw new RequestError('TOO_LARGE', `${path}: expected at most ${maxFileBytes} bytes, got ${sizeBytes}`, {
    details: { file: path, maxFileBytes },
  });
}

async function wholeOf(entry: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of entry) parts.push(part);
  return Buffer.concat(parts);
}
