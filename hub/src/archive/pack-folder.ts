import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { RequestError } from '../errors.ts';

export interface FolderFile {
  /** From the folder on, with '/' between names. */
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * All files of a folder and of those in it, by path; hidden ones are left out.
 *
 * @throws RequestError NOT_FOUND; INVALID_INPUT when it is no folder or has no files
 */
export async function listFolder(folder: string): Promise<readonly FolderFile[]> {
  const found = await stat(folder).catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${folder}`, { cause });
  });
  if (!found.isDirectory()) throw new RequestError('INVALID_INPUT', `${folder} must be a folder, got a file`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: FolderFile[] = [];
  for (const path of paths) {
    const name = path.slice(join(folder, '/').length).replaceAll('\\', '/');
    if (name.split('/').some((part) => part.startsWith('.'))) continue;
    files.push({ path: name, sizeBytes: (await stat(path)).size });
  }
  if (files.length === 0) throw new RequestError('INVALID_INPUT', `${folder} must hold files, got none`);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * The files as one tar stream.
 *
 * @param onSent called with the bytes that have gone out so far
 * @see POSIX.1-2017, pax interchange format
 */
export async function* packFolder(
  folder: string,
  files: readonly FolderFile[],
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const tar = pack();
  const written = writeAll(tar, folder, files).catch((error: unknown) => tar.destroy(error as Error));
  let sent = 0;
  for await (const part of tar) {
    sent += part.length;
    onSent(sent);
    yield part;
  }
  await written;
}

async function writeAll(tar: ReturnType<typeof pack>, folder: string, files: readonly FolderFile[]): Promise<void> {
  for (const { path, sizeBytes } of files) {
    // A fixed time: the same files make the same bytes.
    const entry = tar.entry({ name: path, size: sizeBytes, mtime: new Date(0) });
    await pipeline(createReadStream(join(folder, path)), entry);
  }
  tar.finalize();
}
