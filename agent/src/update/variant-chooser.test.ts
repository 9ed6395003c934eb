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
    it(`follows the order of the release on ${name}, past formats the profile does not have`, async () => {
      const profile = profileNamed(name);
      const formats = ['int4-weights', 'float16', 'int8-dynamic', 'int9-future', 'int8-static', 'float32'];
      const offered = await release(formats.map((format) => variant(`${format}-b`, { format })));
      const chooser = new VariantChooser(profile, none);
      const tried: string[] = [];
      const known: readonly string[] = profile.model.variants.value;
      for (const format of formats.filter((candidate) => known.includes(candidate))) {
        expect(chooser.choose(offered, tried)).toBe(`${format}-b`);
        tried.push(`${format}-b`);
      }
      expect(tried.at(-1)).toBe('float32-b');
      expect(() => chooser.choose(offered, tried)).toThrow(expect.objectContaining({ code: 'SELF_TEST_FAILED' }));
    });
  }

  it('takes what is offered to its profile only, before what is offered to all', async () => {
    const seven = variant('int8-static-7bit', { format: 'int8-static', profiles: ['x86-gateway', 'x86-generic'] });
    const eight = variant('int8-static', { format: 'int8-static', profiles: ['x86-vnni', 'raspberry-pi-4'] });
    const offered = await release([eight, seven, variant('float32', { format: 'float32' })]);
    const choose = (name: string, tried: string[] = []) =>
      new VariantChooser(profileNamed(name), none).choose(offered, tried);
    expect(choose('x86-gateway')).toBe('int8-static-7bit');
    expect(choose('x86-vnni')).toBe('int8-static');
    expect(choose('x86-vnni', ['int8-static'])).toBe('float32');
    expect(choose('jetson-orin-nano')).toBe('float32');
  });

  it('takes the name for the format in a release of a hub that did not tell formats', async () => {
    const offered = await release([variant('int8-static'), variant('int8-dynamic'), variant('float32')]);
    const old = new VariantChooser(profileNamed('raspberry-pi-4'), none);
    expect(old.choose(offered, [])).toBe('int8-static');
    expect(old.choose(offered, ['int8-static'])).toBe('int8-dynamic');
    const unnamed = await release([variant('int8-static-7bit'), variant('float32')]);
    expect(old.choose(unnamed, [])).toBe('float32');
  });

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
