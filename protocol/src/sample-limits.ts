/** Most characters of a text in a sample; a longer one stays on the device. */
export const LONGEST_SAMPLE_TEXT: number = 16_384;
