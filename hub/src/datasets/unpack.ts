import { createGunzip } from 'node:zlib';
import { OutsideError, RequestError } from '../errors.ts';

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const PIECE_BYTES = 64 * 1024;

/**
 * The file in pieces, unpacked where it is gzip.
 *
 * @throws RequestError TOO_LARGE when it unpacks to more than `maxUnpackedBytes`; OutsideError DATA_INVALID for damaged gzip
 */
export async function* unpack(file: Uint8Array, maxUnpackedBytes: number): AsyncGenerator<Uint8Array> {
  if (!GZIP_MAGIC.every((byte, index) => file[index] === byte)) {
    yield* limited(pieces(file), maxUnpackedBytes);
    return;
  }
  const gunzip = createGunzip();
  gunzip.end(file);
  try {
    yield* limited(gunzip, maxUnpackedBytes);
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new OutsideError('DATA_INVALID', 'unpack gzip', { cause });
  } finally {
    gunzip.destroy();
  }
}

async function* limited(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const piece of stream) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) {
      throw new RequestError('TOO_LARGE', `expected at most ${maxBytes} bytes, got more`, { details: { maxBytes } });
    }
    yield piece;
  }
}

/** Small pieces, so that other work gets its turn between them. */
async function* pieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < file.length; offset += PIECE_BYTES) {
    yield file.subarray(offset, offset + PIECE_BYTES);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
