import {
  BlobRef,
  checkBlobRef,
  checkReference,
  digestHex,
  PAYLOAD_TYPES,
  Release,
  type TrustedKey,
  type Variant,
  verifyEnvelope,
} from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { Target } from './slot-record.ts';

/** A release whose signature was verified, complete enough to be run. */
export interface CheckedRelease {
  readonly release: Release;
  readonly signature: NonNullable<Release['signature']>;
  readonly reference: NonNullable<Release['reference']>;
}

/**
 * Verifies who signed a release and that it is the one that was asked for.
 *
 * @throws ReceivedDataError SIGNATURE_INVALID, UNKNOWN_KEY, WRONG_PAYLOAD_TYPE, MALFORMED_MESSAGE,
 *   UNSUPPORTED_PROTOCOL_VERSION; OutsideError UNKNOWN_RELEASE, MALFORMED_MESSAGE
 */
export function readRelease(
  bytes: Uint8Array,
  target: Pick<Target, 'model' | 'version'>,
  keys: readonly TrustedKey[],
): CheckedRelease {
  const release = Release.decode(verifyEnvelope(bytes, { payloadType: PAYLOAD_TYPES.release, keys }));
  if (release.model !== target.model || release.version !== target.version) {
    const got = `${release.model}@${release.version}`;
    throw new OutsideError('UNKNOWN_RELEASE', `expected release ${target.model}@${target.version}, got ${got}`);
  }
  const { signature, reference } = release;
  if (signature === undefined) throw malformed('expected a model signature, got none');
  if (reference === undefined) throw malformed('expected a reference, got none');
  const [fault] = checkReference(reference, signature.classes.length);
  if (fault !== undefined) throw malformed(`reference: ${fault.field}: ${fault.message}`);
  return { release, signature, reference };
}

/** The blobs of a variant. @throws OutsideError NO_VARIANT, MALFORMED_MESSAGE; ReceivedDataError MALFORMED_MESSAGE */
export function variantBlobs(release: Release, name: string): { model: BlobRef; golden: BlobRef; variant: Variant } {
  const variant = release.variants.find((candidate) => candidate.name === name);
  if (variant === undefined) throw new OutsideError('NO_VARIANT', `expected variant ${name} in the release, got none`);
  const { model, golden } = variant;
  if (model === undefined || golden === undefined)
    throw malformed(`variant ${name}: expected a model and golden vectors`);
  checkBlobRef(model);
  checkBlobRef(golden);
  return { model, golden, variant };
}

/** What a slot of desired state asks for. @throws OutsideError MALFORMED_MESSAGE when it names no release */
export function targetOf(slot: {
  slot: string;
  model: string;
  version: number;
  release?: BlobRef | undefined;
}): Target {
  const { release } = slot;
  if (release === undefined) throw malformed(`slot ${slot.slot}: expected a release, got none`);
  checkBlobRef(release);
  return {
    model: slot.model,
    version: slot.version,
    releaseDigest: digestHex(release),
    releaseRef: Buffer.from(BlobRef.encode(release)).toString('base64'),
  };
}

/** The reference that a target or an installed model keeps of its release. */
export function releaseRefOf({ releaseRef }: Pick<Target, 'releaseRef'>): BlobRef {
  return BlobRef.decode(new Uint8Array(Buffer.from(releaseRef, 'base64')));
}

function malformed(problem: string): OutsideError {
  return new OutsideError('MALFORMED_MESSAGE', `release: ${problem}`);
}
