import type { IncomingMessage } from 'node:http';
import { badRequest, HttpFailure } from './http-failure.ts';

/** Longest request body taken, in bytes, unless told otherwise. */
export const DEFAULT_BODY_BYTES: number = 16 * 1024 * 1024;

/** The body of a request. @throws HttpFailure 413, 415 */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new HttpFailure(415, `expected a body without content encoding, got ${encoding}`);
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** @throws HttpFailure 400 */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new HttpFailure(400, 'expected a JSON body', { cause });
  }
}

/**
 * JSON and the binary tensors behind it.
 *
 * @throws HttpFailure 400
 * @see https://github.com/kserve/open-inference-protocol, "Binary Tensor Data", "Inference-Header-Content-Length"
 */
export function splitBody(
  request: IncomingMessage,
  body: Buffer,
): { readonly json: unknown; readonly binary: Uint8Array } {
  const header = request.headers['inference-header-content-length'];
  if (header === undefined) return { json: parseJson(body), binary: new Uint8Array() };
  const length = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
  if (length === undefined || length > body.length) {
    throw badRequest(
      `expected an integer from 0 to the ${body.length} bytes of the body`,
      'Inference-Header-Content-Length',
    );
  }
  return { json: parseJson(body.subarray(0, length)), binary: body.subarray(length) };
}

function tooLarge(mostBytes: number): HttpFailure {
  return new HttpFailure(413, `expected a body of at most ${mostBytes} bytes`);
}
