import type { InputRows } from '../../store/model-rows.ts';
import type { ImageSettings } from '../../store/recipe/preprocessing.ts';
import type { CommonScale } from './robust-scaling.ts';

const BRIGHTEST = 255;

/** How the bytes of each channel are scaled; by the pixels of images that are not missing, before they are resized. */
export function channelScales(
  { values, dims }: InputRows,
  rows: number,
  pixels: ImageSettings['pixels'],
): readonly CommonScale[] {
  const [height = 1, width = 1, channels = 1] = dims;
  if (pixels === 'unit') return Array.from({ length: channels }, () => ({ center: 0, scale: BRIGHTEST }));
  const counts = Array.from({ length: channels }, () => new Float64Array(BRIGHTEST + 1));
  const size = height * width * channels;
  for (let row = 0; row < rows; row++) {
    const image = (values as Uint8Array).subarray(row * size, (row + 1) * size);
    if (image.every((byte) => byte === 0)) continue;
    for (const [channel, histogram] of counts.entries()) {
      for (let at = channel; at < size; at += channels)
        histogram[image[at] ?? 0] = (histogram[image[at] ?? 0] ?? 0) + 1;
    }
  }
  return counts.map(scaleOf);
}

/** @param histogram how often each byte is there */
function scaleOf(histogram: Float64Array): CommonScale {
  const count = histogram.reduce((sum, one) => sum + one, 0);
  const mean = histogram.reduce((sum, times, byte) => sum + times * byte, 0) / Math.max(1, count);
  const squares = histogram.reduce((sum, times, byte) => sum + times * (byte - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, count));
  return { center: mean, scale: deviation > 0 ? deviation : 1 };
}
