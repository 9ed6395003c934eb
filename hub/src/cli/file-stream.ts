import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { RequestError } from '../errors.ts';
import type { ProgressLine } from './progress-line.ts';

/**
 * The bytes of a file as they are read, with a bar that follows.
 *
 * @param afterwards what the hub does when it has the whole file, for the bar
 * @throws RequestError NOT_FOUND
 */
export async function fileStream(
  path: string,
  progress: ProgressLine,
  afterwards: string,
): Promise<ReadableStream<Uint8Array>> {
  const found = await stat(path).catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  });
  let sent = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of createReadStream(path)) {
      sent += part.length;
      progress.show(sent / found.size, sent < found.size ? 'sending' : afterwards);
      yield part;
    }
  };
  return Readable.toWeb(Readable.from(counted())) as ReadableStream<Uint8Array>;
}
