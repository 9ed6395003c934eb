import type { FirmwareProfile, FitCode } from '@edgeloop/firmware-profiles';
// Only the check: the schemas of profiles would stay in the supervisor's memory for good.
import { fitCheck } from '@edgeloop/firmware-profiles/fit-check';
import { digestHex, type Release, type Variant } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { QuarantineStore } from '../store/quarantine-store.ts';
import { variantBlobs } from './read-release.ts';

/** What does not fit because of its size; anything else is of the wrong kind. */
const SIZE_CODES: ReadonlySet<FitCode> = new Set(['MODEL_TOO_LARGE', 'STORAGE_EXCEEDED', 'MEMORY_EXCEEDED']);

/** Chooses the form of a release that this device tries next. */
export class VariantChooser {
  readonly #profile: FirmwareProfile;
  readonly #quarantine: Pick<QuarantineStore, 'reason'>;

  constructor(profile: FirmwareProfile, quarantine: Pick<QuarantineStore, 'reason'>) {
    this.#profile = profile;
    this.#quarantine = quarantine;
  }

  /**
   * Name of the first variant, in the order of the release, that is offered to this profile, fits, was not tried before
   * and is not locked away.
   *
   * @throws OutsideError NO_VARIANT when none is offered, MODEL_TOO_LARGE or PROFILE_UNFIT when none fits,
   *   SELF_TEST_FAILED when all that fit have failed here
   */
  choose(release: Release, tried: readonly string[]): string {
    const offered = release.variants.filter(
      ({ profiles }) => profiles.length === 0 || profiles.includes(this.#profile.name),
    );
    const name = `${release.model}@${release.version}`;
    if (offered.length === 0) {
      const got = release.variants.map((variant) => variant.name).join(', ') || 'none';
      throw new OutsideError('NO_VARIANT', `${name}: expected a variant for ${this.#profile.name}, got ${got}`);
    }
    const fitting = offered.filter((variant) => this.#findings(release, variant).length === 0);
    if (fitting.length === 0) throw this.#unfit(name, release, offered);
    const left = fitting.find((variant) => this.#whyNot(release, variant, tried) === undefined);
    if (left !== undefined) return left.name;
    const reasons = fitting.map((variant) => `${variant.name}: ${this.#whyNot(release, variant, tried)}`);
    throw new OutsideError('SELF_TEST_FAILED', `${name}: every variant failed on this device (${reasons.join('; ')})`);
  }

  #whyNot(release: Release, variant: Variant, tried: readonly string[]): string | undefined {
    if (tried.includes(variant.name)) return 'self-test failed';
    return this.#quarantine.reason(digestHex(variantBlobs(release, variant.name).model));
  }

  #findings(release: Release, variant: Variant): ReturnType<typeof fitCheck> {
    const { model } = variantBlobs(release, variant.name);
    const { weightBytes, activationBytes, opset } = variant;
    // Hubs before the field named variants after their format.
    const format = variant.format || variant.name;
    return fitCheck({ sizeBytes: model.sizeBytes, weightBytes, activationBytes, format, opset }, this.#profile);
  }

  #unfit(name: string, release: Release, variants: readonly Variant[]): OutsideError {
    const findings = variants.flatMap((variant) =>
      this.#findings(release, variant).map((finding) => ({ ...finding, variant: variant.name })),
    );
    const isSize = findings.every(({ code }) => SIZE_CODES.has(code));
    const reasons = findings.map(({ variant, reason }) => `${variant}: ${reason}`).join('; ');
    return new OutsideError(isSize ? 'MODEL_TOO_LARGE' : 'PROFILE_UNFIT', `${name}: ${reasons}`);
  }
}
