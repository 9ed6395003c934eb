import { OutsideError } from '../../errors.ts';

/**
 * Text of a file: UTF-8, or where it is none Windows-1252, as old mails are.
 *
 * @throws OutsideError DATA_INVALID when it holds zero bytes, which no text does
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new OutsideError('DATA_INVALID', 'expected a text, got bytes that are none');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Every byte is a character of Windows-1252.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
