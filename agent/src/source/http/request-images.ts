import type { TensorSpec } from '@edgeloop/protocol';
import type { TensorRow } from '../../reading.ts';
import type { ImageReader } from '../image-reader.ts';
import { HttpFailure } from './http-failure.ts';

// A small file can be a large image, and a request has room for many of them.
const MOST_BYTES = 64 * 1024 * 1024;

/** Decodes the images of one request, up to what a device can hold. */
export class RequestImages {
  readonly #images: Pick<ImageReader, 'read'>;
  #bytes = 0;

  constructor(images: Pick<ImageReader, 'read'>) {
    this.#images = images;
  }

  /** @throws ReadingRefused as `ImageReader.read`; HttpFailure 413 */
  async read(input: TensorSpec, bytes: Uint8Array): Promise<TensorRow> {
    const row = await this.#images.read(input, bytes);
    this.#bytes += row.values.length;
    if (this.#bytes <= MOST_BYTES) return row;
    throw new HttpFailure(413, `expected images of at most ${MOST_BYTES} bytes of pixels in one request`);
  }
}
