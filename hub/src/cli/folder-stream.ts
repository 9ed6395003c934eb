import { Readable } from 'node:stream';
import { listFolder, packFolder } from '../archive/pack-folder.ts';
import type { ProgressLine } from './progress-line.ts';

/**
 * All files of a folder as one stream, with a bar that follows.
 *
 * @param afterwards what the hub does when it has them all, for the bar
 * @throws RequestError NOT_FOUND, INVALID_INPUT
 */
export async function folderStream(
  folder: string,
  progress: ProgressLine,
  afterwards: string,
): Promise<ReadableStream<Uint8Array>> {
  const files = await listFolder(folder);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const packed = packFolder(folder, files, (sent) => {
    const share = Math.min(1, sent / Math.max(1, sizeBytes));
    progress.show(share, share < 1 ? `sending ${files.length} files` : afterwards);
  });
  return Readable.toWeb(Readable.from(packed)) as ReadableStream<Uint8Array>;
}
