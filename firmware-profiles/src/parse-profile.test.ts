import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ProfileError } from './errors.ts';
import { parseProfile } from './parse-profile.ts';
import { loadProfiles, profileNamed, profileNames } from './profile-library.ts';

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
  it('are these eight at least', () => {
    expect(profileNames()).toEqual(
      expect.arrayContaining([
        'arm64-generic',
        'jetson-orin-nano',
        'raspberry-pi-4',
        'raspberry-pi-5',
        'raspberry-pi-zero-2-w',
        'simulated',
        'x86-gateway',
        'x86-vnni',
      ]),
    );
  });

  for (const [name, profile] of loadProfiles()) {
    it(`${name} sends its windows within its own hourly budget`, () => {
      const { windowMs, windowBytes, bytesPerHour } = profile.telemetry;
      expect((3_600_000 / windowMs.value) * windowBytes.value).toBeLessThanOrEqual(bytesPerHour.value);
    });

    it(`${name} keeps reduceRange on unless its processor sums int8 products in 32 bits`, () => {
      const sumsExactly = profile.cpu.instructionSets.value.some((set) => /dotprod|vnni/.test(set));
      expect(profile.model.reduceRange.value).toBe(!sumsExactly);
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
    ['an unknown field', (s) => `${s}turbo: true\n`, /turbo/],
    ['a number as text', (s) => s.replace('{ value: 4,', "{ value: 'four',"), /cpu\.cores\.value.*got "four"/],
    [
      'a figure without its source',
      (s) => s.replace(/cores: \{ value: 4, source: .*\}/, 'cores: { value: 4 }'),
      /cpu\.cores\.source/,
    ],
    [
      'an unknown instruction set',
      (s) => s.replace('[neon]', '[neon, sve9]'),
      /cpu\.instructionSets\.value\.1.*got "sve9"/,
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
    ['text that is not YAML', () => 'a: [', /expected YAML/],
    ['an empty file', () => '', /profile: /],
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
