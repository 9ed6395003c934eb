import { createHash } from 'node:crypto';
import { type TensorSpan, tensorSpans } from './tensor-spans.ts';

/** Finds for constants of a new file those of an old one that they came from. */
export class Counterparts {
  readonly spans: readonly TensorSpan[];
  readonly #old: Uint8Array;
  readonly #byKey = new Map<string, TensorSpan>();
  /** By type, size and digest of the bytes: a model may have thousands of constants of one size. */
  readonly #byContent = new Map<string, TensorSpan>();
  /** Old constants of a type and size, in the order of the file. */
  readonly #alike = new Map<string, TensorSpan[]>();

  constructor(old: Uint8Array) {
    this.#old = old;
    this.spans = tensorSpans(old);
    for (const span of this.spans) {
      this.#byKey.set(span.key, span);
      const content = contentOf(old, span);
      if (!this.#byContent.has(content)) this.#byContent.set(content, span);
      const alike = this.#alike.get(kindOf(span));
      if (alike) alike.push(span);
      else this.#alike.set(kindOf(span), [span]);
    }
  }

  /** An old constant with the same bytes. */
  equal(fresh: Uint8Array, span: TensorSpan): TensorSpan | undefined {
    const known = this.#byKey.get(span.key);
    // Its own old values first: copies from one place to the next are told in fewer bytes.
    const isKnown = known && Buffer.compare(bytesOf(this.#old, known), bytesOf(fresh, span)) === 0;
    return isKnown ? known : this.#byContent.get(contentOf(fresh, span));
  }

  /** The old constant to take differences to: of the same name and type, or else of the same type and size. */
  nearest(span: TensorSpan): TensorSpan | undefined {
    const known = this.#byKey.get(span.key);
    if (known) return known.dataType === span.dataType ? known : undefined;
    return this.#alike.get(kindOf(span))?.shift();
  }
}

function contentOf(file: Uint8Array, span: TensorSpan): string {
  return `${kindOf(span)}:${createHash('sha256').update(bytesOf(file, span)).digest('hex')}`;
}

function bytesOf(file: Uint8Array, { start, length }: TensorSpan): Uint8Array {
  return file.subarray(start, start + length);
}

function kindOf({ dataType, length }: TensorSpan): string {
  return `${dataType}:${length}`;
}
