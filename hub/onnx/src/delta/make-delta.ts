import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { cheapestCoding } from './cheapest-coding.ts';
import { type ByteRange, CopyFinder } from './copy-finder.ts';
import { Counterparts } from './counterparts.ts';
import { DeltaBody } from './delta-body.ts';
import { type DeltaHeader, MAX_INSTRUCTION_BYTES, writeHeader } from './delta-header.ts';
import { type TensorSpan, tensorSpans } from './tensor-spans.ts';

export interface MakeDeltaOptions {
  /** Of brotli, 0 to 11. @default DEFAULT_DELTA_QUALITY */
  readonly quality?: number;
}

/** Steps of int8 weights take three percent less with all effort, which takes twenty times as long. */
export const DEFAULT_DELTA_QUALITY = 5;

/**
 * What a holder of `old` needs to make `fresh`, bit for bit: constants as differences to those of the same name, constants
 * that did not change and bytes around them as references.
 *
 * Any bytes will do; on ONNX files it works best. Never larger than the whole new file in brotli of the same quality with
 * a header: where it would be, that is what is given, as kind `full`. Equal arguments give equal bytes.
 */
export function makeDelta(old: Uint8Array, fresh: Uint8Array, options: MakeDeltaOptions = {}): Uint8Array {
  const files = {
    ...{ baseDigest: digestOf(old), resultDigest: digestOf(fresh) },
    ...{ baseBytes: old.length, resultBytes: fresh.length },
  };
  const pack = (kind: DeltaHeader['kind'], instructionBytes: number, body: Uint8Array): Buffer => {
    const coded = compressed(body, options.quality ?? DEFAULT_DELTA_QUALITY);
    const sizes = { instructionBytes, bodyBytes: body.length, codedBytes: coded.length };
    return Buffer.concat([writeHeader({ kind, ...files, ...sizes }), coded]);
  };
  const { instructionBytes, body } = deltaBody(old, fresh);
  const full = pack('full', 0, fresh);
  if (instructionBytes > MAX_INSTRUCTION_BYTES) return new Uint8Array(full);
  const delta = pack('delta', instructionBytes, body);
  return new Uint8Array(delta.length < full.length ? delta : full);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function compressed(bytes: Uint8Array, quality: number): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

function deltaBody(old: Uint8Array, fresh: Uint8Array): ReturnType<DeltaBody['finish']> {
  const counterparts = new Counterparts(old);
  const finder = new CopyFinder(old, gapsBetween(counterparts.spans, old.length));
  const body = new DeltaBody(old, fresh);
  const spans = tensorSpans(fresh);
  for (const [index, gap] of gapsBetween(spans, fresh.length).entries()) {
    tellGap(body, finder, fresh, gap);
    const span = spans[index];
    if (span) tellTensor(body, counterparts, { old, fresh, span });
  }
  return body.finish();
}

function tellGap(body: DeltaBody, finder: CopyFinder, fresh: Uint8Array, gap: ByteRange): void {
  let at = gap.start;
  for (const { source, target, length } of finder.find(fresh, gap, body.shift)) {
    body.literal(target - at);
    body.copy(source, length);
    at = target + length;
  }
  body.literal(gap.end - at);
}

interface Change {
  readonly old: Uint8Array;
  readonly fresh: Uint8Array;
  readonly span: TensorSpan;
}

function tellTensor(body: DeltaBody, counterparts: Counterparts, { old, fresh, span }: Change): void {
  const equal = counterparts.equal(fresh, span);
  if (equal) {
    body.copy(equal.start, equal.length);
    return;
  }
  const nearest = counterparts.nearest(span);
  // A tensor that grew or shrank is compared as far as both go.
  const length = Math.min(span.length, nearest?.length ?? 0);
  if (nearest && length > 0 && length % span.width === 0) {
    const before = old.subarray(nearest.start, nearest.start + length);
    body.tell(
      cheapestCoding(before, fresh.subarray(span.start, span.start + length), span.width),
      nearest.start,
      length,
    );
  }
  const told = nearest && length % span.width === 0 ? length : 0;
  body.literal(span.length - told, span.width);
}

/** What lies before, between and behind the spans: one more than there are spans. */
function gapsBetween(spans: readonly TensorSpan[], fileBytes: number): ByteRange[] {
  return Array.from({ length: spans.length + 1 }, (_, index) => {
    const before = spans[index - 1];
    return { start: before ? before.start + before.length : 0, end: spans[index]?.start ?? fileBytes };
  });
}
