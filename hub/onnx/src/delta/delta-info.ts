import { type DeltaInfo, readHeader } from './delta-header.ts';

/** What a delta says of itself, without applying it. @throws DeltaError DELTA_DAMAGED */
export function deltaInfo(delta: Uint8Array): DeltaInfo {
  const { kind, baseDigest, resultDigest, baseBytes, resultBytes } = readHeader(delta).header;
  return { kind, baseDigest, resultDigest, baseBytes, resultBytes, deltaBytes: delta.length };
}
