import type { TensorSpec } from '@edgeloop/protocol';
import type { Sharp } from 'sharp';
import { ReadingRefused } from '../errors.ts';
import { featureOf } from '../input-kind.ts';
import type { TensorRow } from '../reading.ts';

/** Pixels of the largest image that is decoded, unless told otherwise. */
export const DEFAULT_MOST_PIXELS: number = 16 * 1024 * 1024;

/** Decodes image files into the pixels a model takes: PNG, JPEG, WebP, TIFF, GIF, AVIF. */
export class ImageReader {
  readonly #mostPixels: number;

  constructor(mostPixels: number = DEFAULT_MOST_PIXELS) {
    this.#mostPixels = mostPixels;
  }

  /**
   * The image of a file as one row of the input: [height, width, channels], upright, gray or RGB as the input has
   * channels, transparent parts over black.
   *
   * @throws ReadingRefused INPUT_INVALID for bytes that are no image, or too large a one
   */
  async read(input: TensorSpec, bytes: Uint8Array): Promise<TensorRow> {
    const { default: sharp } = await import('sharp');
    // No image comes twice.
    sharp.cache(false);
    try {
      const image = sharp(bytes, { limitInputPixels: this.#mostPixels, failOn: 'error' });
      const { data, info } = await withChannels(image, input.dims[3] ?? 3)
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      return { dims: [info.height, info.width, info.channels], values: data };
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
      throw new ReadingRefused(featureOf(input), 'type', `expected an image file: ${reason}`, { cause });
    }
  }
}

function withChannels(image: Sharp, channels: number): Sharp {
  const upright = image.autoOrient();
  if (channels === 4) return upright.toColourspace('srgb').ensureAlpha();
  const opaque = upright.flatten({ background: '#000000' });
  return channels === 1 ? opaque.toColourspace('b-w') : opaque.toColourspace('srgb');
}
