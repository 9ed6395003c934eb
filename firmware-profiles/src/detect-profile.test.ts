import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decisiveFlags } from './decisive-flags.ts';
import { type DetectedProfile, detectProfile, type MachineFacts } from './detect-profile.ts';
import { readMachineFacts } from './machine-facts.ts';
import { profileNamed } from './profile-library.ts';
import { PROFILE_NAMES, type ProfileName } from './profile-names.ts';

const MIB = 1024 ** 2;

interface Machine {
  readonly architecture: string;
  /** Name of a text in fixtures/cpuinfo; undefined for a system without /proc. */
  readonly cpuInfo?: string;
  readonly board?: string;
  readonly memoryMib: number;
}

function factsOf(machine: Machine): MachineFacts {
  const texts: Record<string, string | undefined> = {
    '/proc/cpuinfo':
      machine.cpuInfo === undefined
        ? undefined
        : readFileSync(fileURLToPath(new URL(`../fixtures/cpuinfo/${machine.cpuInfo}.txt`, import.meta.url)), 'utf8'),
    // The device tree ends its strings with a zero byte.
    '/proc/device-tree/model': machine.board === undefined ? undefined : `${machine.board}\0`,
  };
  return readMachineFacts({
    readText: (path) => texts[path],
    architecture: machine.architecture,
    cores: 4,
    memoryBytes: machine.memoryMib * MIB,
    cpuModel: ' some processor ',
  });
}

function detect(machine: Machine): DetectedProfile {
  return detectProfile(factsOf(machine));
}

const pi4 = { architecture: 'arm64', cpuInfo: 'raspberry-pi-4', board: 'Raspberry Pi 4 Model B Rev 1.5' };
const pi5 = { architecture: 'arm64', cpuInfo: 'raspberry-pi-5', board: 'Raspberry Pi 5 Model B Rev 1.0' };
const zero = { architecture: 'arm64', cpuInfo: 'raspberry-pi-zero-2-w', board: 'Raspberry Pi Zero 2 W Rev 1.0' };
const orin = { architecture: 'arm64', cpuInfo: 'jetson-orin-nano' };

const MACHINES: readonly (readonly [what: string, machine: Machine, profile: ProfileName])[] = [
  ['a Raspberry Pi Zero 2 W', { ...zero, memoryMib: 416 }, 'raspberry-pi-zero-2-w'],
  ['a Raspberry Pi 4 with 2 GB', { ...pi4, memoryMib: 1849 }, 'raspberry-pi-4'],
  ['a Raspberry Pi 4 with 8 GB', { ...pi4, memoryMib: 7812 }, 'raspberry-pi-4'],
  ['a Raspberry Pi 4 with 1 GB', { ...pi4, memoryMib: 909 }, 'arm64-generic'],
  ['a Raspberry Pi 400', { ...pi4, board: 'Raspberry Pi 400 Rev 1.0', memoryMib: 3794 }, 'raspberry-pi-4'],
  ['a Compute Module 4', { ...pi4, board: 'Raspberry Pi Compute Module 4 Rev 1.1', memoryMib: 3794 }, 'raspberry-pi-4'],
  ['a Raspberry Pi 5 with 4 GB', { ...pi5, memoryMib: 4045 }, 'raspberry-pi-5'],
  ['a Raspberry Pi 5 with 2 GB', { ...pi5, memoryMib: 2010 }, 'arm64-generic'],
  [
    'a Jetson Orin Nano with a new system',
    { ...orin, board: 'NVIDIA Jetson Orin Nano Developer Kit', memoryMib: 7620 },
    'jetson-orin-nano',
  ],
  [
    'a Jetson Orin Nano with an old system',
    { ...orin, board: 'NVIDIA Orin Nano Developer Kit', memoryMib: 6481 },
    'jetson-orin-nano',
  ],
  ['another ARM board', { ...pi5, board: 'Radxa ROCK 5B', memoryMib: 15_000 }, 'arm64-generic'],
  ['an ARM server', { architecture: 'arm64', cpuInfo: 'neoverse-n1', memoryMib: 7800 }, 'arm64-generic'],
  [
    'an ARM board with 512 MB',
    { ...zero, board: 'Raspberry Pi 3 Model A Plus Rev 1.0', memoryMib: 416 },
    'raspberry-pi-zero-2-w',
  ],
  ['a Mac with an Apple processor', { architecture: 'arm64', memoryMib: 16_384 }, 'arm64-generic'],
  ['a Mac with an Intel processor', { architecture: 'x64', memoryMib: 16_384 }, 'x86-generic'],
  ['a gateway with AVX2', { architecture: 'x64', cpuInfo: 'skylake-core', memoryMib: 3812 }, 'x86-gateway'],
  ['a gateway without AVX', { architecture: 'x64', cpuInfo: 'bay-trail-celeron', memoryMib: 3812 }, 'x86-generic'],
  ['a server with AVX-512 VNNI', { architecture: 'x64', cpuInfo: 'zen-5-epyc', memoryMib: 24_000 }, 'x86-vnni'],
  ['a PC with AVX-VNNI only', { architecture: 'x64', cpuInfo: 'alder-lake-core', memoryMib: 15_800 }, 'x86-vnni'],
  ['VNNI with 4 GB', { architecture: 'x64', cpuInfo: 'alder-lake-core', memoryMib: 3812 }, 'x86-gateway'],
  ['VNNI with 2 GB', { architecture: 'x64', cpuInfo: 'zen-5-epyc', memoryMib: 1970 }, 'x86-generic'],
  ['an x64 machine with 512 MB', { architecture: 'x64', cpuInfo: 'skylake-core', memoryMib: 460 }, 'simulated'],
  ['a Raspberry Pi 4 that runs a 32-bit system', { ...pi4, architecture: 'arm', memoryMib: 3794 }, 'simulated'],
  ['a processor of another kind', { architecture: 'riscv64', memoryMib: 8000 }, 'simulated'],
];

describe('detectProfile', () => {
  for (const [what, machine, profile] of MACHINES) {
    it(`takes ${what} for ${profile}`, () => {
      expect(detect(machine).profile).toBe(profile);
    });

    it(`never gives ${what} a model budget that is more than half of its memory`, () => {
      const { memory } = profileNamed(detect(machine).profile);
      expect(memory.modelBudgetBytes.value).toBeLessThanOrEqual((machine.memoryMib * MIB) / 2);
    });
  }

  it('says what it recognised the machine by', () => {
    expect(detect({ ...pi5, memoryMib: 4045 }).reason).toBe('device tree names "Raspberry Pi 5 Model B Rev 1.0"');
    expect(detect({ architecture: 'x64', cpuInfo: 'alder-lake-core', memoryMib: 15_800 }).reason).toBe(
      'x64 processor "some processor" with avx_vnni',
    );
    expect(detect({ architecture: 'arm', memoryMib: 900 }).reason).toContain('got arm');
  });

  it('says what the machine would be with more memory, with both figures', () => {
    expect(detect({ ...pi4, memoryMib: 909 }).reason).toBe(
      'arm64 machine "Raspberry Pi 4 Model B Rev 1.5"; raspberry-pi-4 counts on 2048 MiB of memory, got 909 MiB of memory',
    );
  });

  it('counts on the memory that the files of the profiles name', () => {
    for (const [what, machine, profile] of MACHINES) {
      if (profile === 'simulated' || what.includes('512 MB')) continue;
      const needed = profileNamed(profile).memory.totalBytes.value / MIB;
      expect(detect({ ...machine, memoryMib: needed * 0.75 }).profile, what).toBe(profile);
      expect(detect({ ...machine, memoryMib: needed * 0.75 - 1 }).reason, what).toMatch(
        new RegExp(`${profile} counts on ${needed} MiB`),
      );
    }
  });

  it('finds something that exists on this machine', () => {
    expect(PROFILE_NAMES).toContain(detectProfile(readMachineFacts()).profile);
  });
});

describe('readMachineFacts', () => {
  it('reads the flags of the first processor, and the model without its zero byte', () => {
    expect(factsOf({ ...pi4, memoryMib: 1849 })).toEqual({
      architecture: 'arm64',
      cpuModel: 'some processor',
      cpuFlags: ['fp', 'asimd', 'evtstrm', 'crc32', 'cpuid'],
      deviceTreeModel: 'Raspberry Pi 4 Model B Rev 1.5',
      cores: 4,
      memoryBytes: 1849 * MIB,
    });
    expect(factsOf({ architecture: 'x64', cpuInfo: 'skylake-core', memoryMib: 1 }).cpuFlags).toContain('avx2');
  });

  it('reads the flags that decide how small number formats run', () => {
    const decisive = (cpuInfo: string, architecture: string) =>
      decisiveFlags(factsOf({ architecture, cpuInfo, memoryMib: 1 }).cpuFlags);
    expect(decisive('raspberry-pi-4', 'arm64')).toEqual(['asimd']);
    expect(decisive('raspberry-pi-5', 'arm64')).toEqual(['asimd', 'asimdhp', 'asimddp']);
    expect(decisive('bay-trail-celeron', 'x64')).toEqual(['sse4_1']);
    expect(decisive('skylake-core', 'x64')).toEqual(['sse4_1', 'avx', 'f16c', 'avx2']);
    expect(decisive('zen-5-epyc', 'x64')).toContain('avx512_vnni');
  });

  it('knows less of a system without /proc', () => {
    expect(factsOf({ architecture: 'x64', memoryMib: 1 })).toMatchObject({ cpuFlags: [], deviceTreeModel: '' });
  });
});
