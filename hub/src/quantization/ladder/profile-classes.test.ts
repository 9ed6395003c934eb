import { type FirmwareProfile, profileNamed, type VariantFormat } from '@edgeloop/firmware-profiles';
import { expect, test } from 'vitest';
import { profileClasses } from './profile-classes.ts';

interface Needs {
  readonly formats?: readonly VariantFormat[];
  readonly reduceRange?: boolean;
  readonly provider?: 'cpu' | 'cuda';
}

function profile(name: string, needs: Needs = {}): FirmwareProfile {
  const { formats = ['int8-static', 'float32'], reduceRange = false, provider = 'cpu' } = needs;
  const base = profileNamed('x86-vnni');
  const figure = <T>(value: T) => ({ value, source: 'made for this test' });
  const model = { ...base.model, variants: figure(formats), reduceRange: figure(reduceRange) };
  return { ...base, name, model, runtime: { ...base.runtime, provider: figure(provider) } };
}

const namesOf = (profiles: readonly FirmwareProfile[]) =>
  profileClasses(profiles).map(({ name, profiles: names }) => [name, names]);

test('profiles with the same needs are one class, whatever order they like formats in', () => {
  const turned = profile('a', { formats: ['float32', 'int8-static'] });
  expect(namesOf([profile('b'), turned, profile('c', { reduceRange: true })])).toEqual([
    ['full-range', ['a', 'b']],
    ['reduced-range', ['c']],
  ]);
});

test('classes of the same range are told apart by what not all of them have', () => {
  const half = profile('half', { formats: ['int8-static', 'float16', 'float32'] });
  const gpu = profile('gpu', { provider: 'cuda' });
  expect(namesOf([half, profile('plain')])).toEqual([
    ['full-range with float16', ['half']],
    ['full-range', ['plain']],
  ]);
  expect(namesOf([gpu, profile('plain')])).toEqual([
    ['full-range on cuda', ['gpu']],
    ['full-range on cpu', ['plain']],
  ]);
});

test('without profiles there is one class for any device', () => {
  expect(profileClasses([])).toMatchObject([{ name: 'full-range', profiles: [], reduceRange: false }]);
});
