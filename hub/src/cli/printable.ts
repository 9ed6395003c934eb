/** Characters that move the cursor or change colours; names in files may hold any. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A text out of a file as a terminal may show it. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, '?');
}
