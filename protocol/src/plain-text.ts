/**
 * The text as models read it on hub and devices: U+0000 becomes U+FFFD, the sign for what is none.
 *
 * ONNX Runtime takes U+0000 for the end of a text, so that what stands behind one would not be seen.
 */
export function plainText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
