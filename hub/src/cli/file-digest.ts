import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { RequestError } from '../errors.ts';

/** SHA-256 of a file, hex. @throws RequestError NOT_FOUND when it cannot be read */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(path)) hash.update(part);
  } catch (cause) {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  }
  return hash.digest('hex');
}
