import { RequestError } from '../errors.ts';

/**
 * The one range of bytes that a Range header asks for, end excluded; undefined without a header or for several ranges,
 * which may be answered with everything.
 *
 * @throws RequestError INVALID_INPUT for a range outside the bytes
 * @see RFC 9110 section 14
 */
export function parseRange(header: string | undefined, sizeBytes: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (start < end) return { start, end };
  throw new RequestError('INVALID_INPUT', `range must lie within ${sizeBytes} bytes, got ${header}`);
}
