import type { Model } from '@edgeloop/onnx';

/** What a part of the prepared values is, and so how a network may begin on it. */
export type PartKind = 'values' | 'codes' | 'tokens' | 'image' | 'window';

/**
 * One part of what the preparation gives and a network reads; the network's input of this name.
 *
 * - values: scaled numbers, indicators, shares of date parts, levels, [size]
 * - codes: one whole number per category column, 0 for unknown or missing, [columns]
 * - tokens: ids of words (1: unknown) or n-grams, 0 for padding, [length]
 * - image: [height, width, channels]
 * - window: scaled readings, oldest first, [readings, channels]
 */
export interface PreparedPart {
  /** `values`, `codes`, the name of a text, image or window, or `presence`. */
  readonly name: string;
  readonly kind: PartKind;
  /** Shape of one row, in the layout of TensorFlow.js. */
  readonly dims: readonly number[];
  /** codes: codes of each column; tokens: size of the vocabulary; both with the code 0. */
  readonly levels?: readonly number[] | undefined;
  /** values and codes: what each entry is, as in `age`, `age is missing`, `sex = female`, `sold month sine`. */
  readonly entries?: readonly string[] | undefined;
}

/** What is done to raw values before a network sees them; part of the finished model. */
export interface Preparation {
  /** Raw inputs by name, as `ModelInputSpec` describes them -> `prepared` [batch, ...dims], float32. */
  readonly model: Model;
  /**
   * Values, codes, then texts, images and windows in the order of the inputs. Where a reading can lack one of several
   * of these, the last part is `presence` [inputs], 1 for each that is there: `table` (numbers, categories and times
   * together), texts, images and windows; its entries name them.
   */
  readonly parts: readonly PreparedPart[];
  /**
   * Shape of a prepared row. Of a single part its own, an image channel first: [channels, height, width]. Of several
   * parts [size]: one part behind the other, each row-major, an image channel first.
   */
  readonly dims: readonly number[];
}
