import { RequestError } from '../errors.ts';

/**
 * The whole body, in memory.
 *
 * @throws RequestError TOO_LARGE as soon as it is longer than allowed, INVALID_INPUT when there is none
 */
export async function readBody(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of bodyParts(stream)) {
    sizeBytes += part.length;
    if (sizeBytes > maxBytes) throw new RequestError('TOO_LARGE', `a file may have ${maxBytes} bytes, got more`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The body part by part. @throws RequestError INVALID_INPUT when there is none */
export function bodyParts(stream: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  if (stream === null) throw new RequestError('INVALID_INPUT', 'expected the bytes of a file as body, got none');
  return stream;
}
