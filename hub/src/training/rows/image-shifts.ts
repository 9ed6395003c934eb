import { SeededRandom } from '../seeded-random.ts';
import type { RowChange } from './batches.ts';

/**
 * Moves every image by up to so many pixels up or down and left or right; what comes in from outside repeats the edge.
 *
 * @see LeCun et al., Gradient-based learning applied to document recognition, section III.B (distortions)
 */
export class ImageShifts implements RowChange {
  readonly #channels: number;
  readonly #height: number;
  readonly #width: number;
  readonly #most: number;

  /**
   * @param dims [channels, height, width]
   * @param most largest shift in pixels
   */
  constructor([channels = 1, height = 1, width = 1]: readonly number[], most: number) {
    this.#channels = channels;
    this.#height = height;
    this.#width = width;
    this.#most = most;
  }

  copy(values: Float32Array, start: number, dealt: Float32Array, target: number, salt: number): void {
    const choices = 2 * this.#most + 1;
    const drawn = Math.floor(new SeededRandom(salt).next() * choices * choices);
    const [down, right] = [Math.floor(drawn / choices) - this.#most, (drawn % choices) - this.#most];
    const [height, width] = [this.#height, this.#width];
    for (let channel = 0; channel < this.#channels; channel++) {
      for (let row = 0; row < height; row++) {
        const from = start + (channel * height + clamped(row - down, height)) * width;
        const to = target + (channel * height + row) * width;
        copyShifted(values.subarray(from, from + width), dealt.subarray(to, to + width), right);
      }
    }
  }
}

function copyShifted(line: Float32Array, into: Float32Array, right: number): void {
  const { length } = line;
  const by = Math.max(-length, Math.min(length, right));
  if (by >= 0) {
    into.fill(line[0] ?? 0, 0, by);
    into.set(line.subarray(0, length - by), by);
  } else {
    into.set(line.subarray(-by));
    into.fill(line[length - 1] ?? 0, length + by);
  }
}

function clamped(place: number, size: number): number {
  return Math.max(0, Math.min(size - 1, place));
}
