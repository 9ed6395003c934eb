import { profileNamed, profileNames } from '@edgeloop/firmware-profiles';
import { BlobRef, type Release } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { leftOrRight, makeTestKey, makeTestRelease, type TestVariant } from '../test-rig/test-release.ts';
import { readRelease } from './read-release.ts';
import { VariantChooser } from './variant-chooser.ts';

const key = makeTestKey();
const none = { reason: () => undefined };

async function release(variants: readonly TestVariant[]): Promise<Release> {
  const made = await makeTestRelease({ version: 1, key, variants });
  const envelope = [...made.blobs.values()].find(
    ({ ref }) => BlobRef.encode(ref).join() === BlobRef.encode(made.ref).join(),
  );
  return readRelease(envelope!.bytes, { model: 'tiny', version: 1 }, [{ publicKey: key.publicKeyPem }]).release;
}

const variant = (name: string, overrides: TestVariant['overrides'] = {}, sharpness = 2): TestVariant => ({
  name,
  model: leftOrRight(sharpness),
  overrides,
});

describe('the choice of a variant', () => {
  for (const name of profileNames()) {
    it(`takes the format that ${name} prefers, and goes on to float when the others failed`, async () => {
      const profile = profileNamed(name);
      const offered = await release([variant('float32'), variant('int8-static'), variant('int8-dynamic')]);
      const chooser = new VariantChooser(profile, none);
      const preferred = profile.model.variants.value.filter((format) => format !== 'float16');
      expect(chooser.choose(offered, [])).toBe(preferred[0]);
      expect(chooser.choose(offered, ['int8-static', 'int8-dynamic'])).toBe('float32');
    });
  }

  const chooser = new VariantChooser(profileNamed('simulated'), none);

  it('refuses a model that is too large, with both figures', async () => {
    const offered = await release([variant('float32', { weightBytes: 1e9 })]);
    expect(() => chooser.choose(offered, [])).toThrow(
      expect.objectContaining({ code: 'MODEL_TOO_LARGE', message: expect.stringContaining('1000000016') }),
    );
  });

  it('refuses a model of a kind the profile cannot run', async () => {
    const offered = await release([variant('float32', { opset: 99 })]);
    expect(() => chooser.choose(offered, [])).toThrow(expect.objectContaining({ code: 'PROFILE_UNFIT' }));
  });

  it('refuses a release that offers this profile nothing', async () => {
    const offered = await release([variant('float32', { profiles: ['raspberry-pi-5'] })]);
    expect(() => chooser.choose(offered, [])).toThrow(expect.objectContaining({ code: 'NO_VARIANT' }));
  });

  it('takes no variant whose model is locked away', async () => {
    const offered = await release([variant('int8-static', {}, 3), variant('float32')]);
    const locked = new VariantChooser(profileNamed('simulated'), {
      reason: (digest) =>
        digest === Buffer.from(offered.variants[0]!.model!.digest).toString('hex') ? 'crashed' : undefined,
    });
    expect(locked.choose(offered, [])).toBe('float32');
    expect(() => locked.choose(offered, ['float32'])).toThrow(expect.objectContaining({ code: 'SELF_TEST_FAILED' }));
  });
});
