import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ProfileError } from './errors.ts';
import { parseProfile } from './parse-profile.ts';
import { loadProfiles, profileNamed, profileNames } from './profile-library.ts';
import { PROFILE_NAMES } from './profile-names.ts';

const text = readFileSync(fileURLToPath(new URL('../profiles/raspberry-pi-4.yaml', import.meta.url)), 'utf8');

function faultOf(work: () => unknown): ProfileError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProfileError) return error;
    throw error;
  }
  throw new Error('expected a ProfileError');
}

describe('the profiles that ship with Edgeloop', () => {
  it('are those of PROFILE_NAMES', () => {
    expect(profileNames()).toEqual([...PROFILE_NAMES]);
    expect([...loadProfiles().keys()]).toEqual([...PROFILE_NAMES]);
  });

  for (const [name, profile] of loadProfiles()) {
    it(`${name} sends its windows within its own hourly budget`, () => {
      const { windowMs, windowBytes, bytesPerHour } = profile.telemetry;
      expect((3_600_000 / windowMs.value) * windowBytes.value).toBeLessThanOrEqual(bytesPerHour.value);
    });

    it(`${name} keeps reduceRange on unless its processor sums products of 8-bit weights exactly`, () => {
      const sumsExactly = profile.cpu.instructionSets.value.some((set) => /neon|dotprod|vnni/.test(set));
      expect(profile.model.reduceRange.value).toBe(!sumsExactly);
    });

    it(`${name} names only formats that have kernels on its processor`, () => {
      const sets = profile.cpu.instructionSets.value;
      const formats = profile.model.variants.value;
      if (sets.length === 0) return;
      expect(formats.includes('int8-weights')).toBe(sets.some((set) => set === 'dotprod' || set === 'avx2'));
      // Every Armv8.2 processor here with dot product has half-precision vectors too.
      expect(formats.includes('float16')).toBe(sets.includes('dotprod'));
    });
  }

  it('are found by name, and an unknown name lists what there is', () => {
    expect(profileNamed('raspberry-pi-5').cpu.cores.value).toBe(4);
    const fault = faultOf(() => profileNamed('raspberry-pi-9'));
    expect(fault).toMatchObject({ code: 'PROFILE_UNKNOWN' });
    expect(fault.message).toContain('x86-vnni');
    expect(fault.message).toContain('got raspberry-pi-9');
    expect(faultOf(() => profileNamed('../package')).code).toBe('PROFILE_UNKNOWN');
  });
});

describe('parseProfile', () => {
  const refused: [string, (source: string) => string, RegExp][] = [
    ['an unknown field', (s) => `${s}turbo: true\n`, /profile must have known fields only, got turbo/],
    [
      'a field that names another unit',
      (s) => s.replace('windowMs:', 'windowSec:'),
      /telemetry\.windowMs must be of type object, got nothing.*telemetry must have known fields only, got windowSec/,
    ],
    [
      'a figure with a unit of its own',
      (s) => s.replace('value: 2147483648', "value: '2 GB'"),
      /memory\.totalBytes\.value must be of type number, got "2 GB"/,
    ],
    [
      'megabytes for bytes',
      (s) => s.replace('value: 2147483648', 'value: 2048'),
      /memory\.totalBytes\.value must be at least 1048576, got 2048/,
    ],
    [
      'seconds for milliseconds',
      (s) => s.replace('windowMs: { value: 30000', 'windowMs: { value: 30'),
      /telemetry\.windowMs\.value must be at least 100, got 30/,
    ],
    [
      'milliwatts for watts',
      (s) => s.replace('supplyWatts: { value: 15', 'supplyWatts: { value: 15000'),
      /power\.supplyWatts\.value must be at most 1000, got 15000/,
    ],
    [
      'Fahrenheit for Celsius',
      (s) => s.replace('value: 80, source', 'value: 176, source'),
      /power\.throttleCelsius\.value must be at most 125, got 176/,
    ],
    [
      'no cores',
      (s) => s.replace('cores: { value: 4', 'cores: { value: 0'),
      /cpu\.cores\.value must be above 0, got 0/,
    ],
    [
      'a name with blanks',
      (s) => s.replace('name: raspberry-pi-4', 'name: Pi 4'),
      /name must be lower-case.*got "Pi 4"/,
    ],
    [
      'a number as text',
      (s) => s.replace('{ value: 4,', "{ value: 'four',"),
      /cpu\.cores\.value must be of type number, got "four"/,
    ],
    [
      'a figure without its source',
      (s) => s.replace(/cores: \{ value: 4, source: .*\}/, 'cores: { value: 4 }'),
      /cpu\.cores\.source must be of type string, got nothing/,
    ],
    [
      'an unknown instruction set',
      (s) => s.replace('[neon]', '[neon, sve9]'),
      /cpu\.instructionSets\.value\.1 must be one of neon, .*got "sve9"/,
    ],
    ['a fraction of a byte', (s) => s.replace('value: 536870912', 'value: 0.5'), /memory\.modelBudgetBytes\.value/],
    [
      'a budget above the memory',
      (s) => s.replace('value: 536870912', 'value: 99999999999'),
      /modelBudgetBytes must be at most memory\.totalBytes/,
    ],
    [
      'more threads than cores',
      (s) => s.replace('threads: { value: 3', 'threads: { value: 9'),
      /runtime\.threads must be at most cpu\.cores 4, got 9/,
    ],
    ['variants without a float form', (s) => s.replace(', float32]', ']'), /must end with float32/],
    ['text that is not YAML', () => 'a: [', /expected YAML, got .*line 1/],
    ['an empty file', () => '', /profile must be of type object, got null/],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what}`, () => {
      const changed = change(text);
      expect(changed).not.toBe(text);
      const fault = faultOf(() => parseProfile(changed, 'raspberry-pi-4.yaml'));
      expect(fault.code).toBe('PROFILE_INVALID');
      expect(fault.message).toMatch(message);
      expect(fault.message).toContain('raspberry-pi-4.yaml');
    });
  }
});
