import sharp, { type Sharp } from 'sharp';
import { OutsideError } from '../../errors.ts';

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A file of a few bytes can claim to be a picture that takes all memory. */
export const MOST_PIXELS: number = 64 * 1024 * 1024;

// Every image is read once.
sharp.cache(false);

/**
 * Size of an image file as it is seen, from its first bytes.
 *
 * @throws OutsideError DATA_INVALID when it is no image
 */
export async function imageSize(bytes: Uint8Array): Promise<ImageSize> {
  try {
    const { autoOrient, channels, hasAlpha } = await opened(bytes).metadata();
    const { height, width } = autoOrient;
    return { height, width, channels: channels - (hasAlpha ? 1 : 0) === 1 ? 1 : 3 };
  } catch (cause) {
    throw unreadable(cause);
  }
}

/**
 * Pixels of an image file, upright, [height, width, channels], stretched to this size. Devices decode the same way:
 * grey or RGB, transparent parts over black.
 *
 * @throws OutsideError DATA_INVALID when it is no image, damaged, or too large
 */
export async function decodeImage(bytes: Uint8Array, { height, width, channels }: ImageSize): Promise<Uint8Array> {
  try {
    const opaque = opened(bytes).autoOrient().flatten({ background: '#000000' });
    // As the model itself resizes what a device sees.
    const sized = opaque.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false });
    const coloured = sized.toColourspace(channels === 1 ? 'b-w' : 'srgb');
    return await coloured.raw({ depth: 'uchar' }).toBuffer();
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** A PNG of pixels [height, width, channels], within a square of this many pixels. */
export async function thumbnail(
  pixels: Uint8Array,
  { height, width, channels }: ImageSize,
  side: number,
): Promise<Uint8Array> {
  const raw = { height, width, channels: channels === 1 ? (1 as const) : (3 as const) };
  const image = sharp(pixels, { raw });
  return image.resize(side, side, { fit: 'inside', withoutEnlargement: true }).png().toBuffer();
}

function opened(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' });
}

function unreadable(cause: unknown): OutsideError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new OutsideError('DATA_INVALID', `expected an image: ${reason}`, { cause });
}
