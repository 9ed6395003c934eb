import {
  type BlobRef,
  digestHex,
  PAYLOAD_TYPES,
  ProtocolError,
  Release,
  type TrustedKey,
  type Variant,
  verifyBlob,
  verifyEnvelope,
} from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { TrainedVersion, VariantRecord } from '../store/model-store.ts';

/**
 * The release in an envelope, when a trusted key signed it, it is this version, and all its blobs are what it says.
 *
 * @throws OutsideError SIGNATURE_INVALID, DIGEST_MISMATCH; what reading the blobs throws
 */
export async function verifyRelease(
  record: TrainedVersion,
  envelope: Uint8Array,
  keys: readonly TrustedKey[],
  blobs: Pick<BlobStore, 'get'>,
): Promise<Release> {
  const what = `release of ${record.model}@${record.version}`;
  const release = openEnvelope(envelope, keys, what);
  if (release.model !== record.model || release.version !== record.version) {
    throw new OutsideError('SIGNATURE_INVALID', `${what}: the signed one is of ${release.model}@${release.version}`);
  }
  const accepted = record.variants.filter((variant) => variant.accepted);
  if (release.variants.length !== accepted.length) {
    throw new OutsideError(
      'DIGEST_MISMATCH',
      `${what}: expected ${accepted.length} forms, got ${release.variants.length}`,
    );
  }
  for (const [index, variant] of accepted.entries()) {
    const { name, digest, goldenDigest } = variant;
    const signed = release.variants[index];
    if (signed) requireSame(what, signed, variant);
    await checkBlob(`${what}, form ${name}`, signed?.model, digest, blobs);
    await checkBlob(`${what}, golden vectors of ${name}`, signed?.golden, goldenDigest, blobs);
  }
  return release;
}

/** What decides which devices get a form, and how they take it. @throws OutsideError DIGEST_MISMATCH */
function requireSame(what: string, signed: Variant, { name, format = name, profiles = [] }: VariantRecord): void {
  const describe = (form: readonly [name: string, format: string, profiles: readonly string[]]): string =>
    `${form[0]} (format ${form[1]}) for ${form[2].length === 0 ? 'all profiles' : [...form[2]].sort().join(', ')}`;
  const expected = describe([name, format, profiles]);
  const got = describe([signed.name, signed.format || signed.name, signed.profiles]);
  if (got === expected) return;
  throw new OutsideError('DIGEST_MISMATCH', `${what}: expected form ${expected}, got ${got} in the signed release`);
}

function openEnvelope(envelope: Uint8Array, keys: readonly TrustedKey[], what: string): Release {
  try {
    return Release.decode(verifyEnvelope(envelope, { payloadType: PAYLOAD_TYPES.release, keys }));
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new OutsideError('SIGNATURE_INVALID', `verify the ${what}`, { cause });
  }
}

async function checkBlob(
  what: string,
  signed: BlobRef | undefined,
  digest: string,
  blobs: Pick<BlobStore, 'get'>,
): Promise<void> {
  if (signed === undefined || digestHex(signed) !== digest) {
    const got = signed === undefined ? 'none' : digestHex(signed);
    throw new OutsideError('DIGEST_MISMATCH', `${what}: expected digest ${digest}, got ${got} in the signed release`);
  }
  const bytes = await blobs.get(digest);
  try {
    verifyBlob(signed, bytes);
  } catch (cause) {
    throw new OutsideError('DIGEST_MISMATCH', `verify ${what}`, { cause });
  }
}
