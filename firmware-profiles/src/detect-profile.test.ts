import { describe, expect, it } from 'vitest';
import { detectProfile } from './detect-profile.ts';
import { readMachineFacts } from './machine-facts.ts';
import { profileNames } from './profile-library.ts';

const A53_FEATURES = 'fp asimd evtstrm crc32 cpuid';
const A76_FEATURES =
  'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp';

function armInfo(features: string): string {
  return `processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: ${features}\nCPU implementer\t: 0x41\n\nprocessor\t: 1\n`;
}

function x86Info(flags: string): string {
  return `processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: some\nflags\t\t: ${flags}\nbugs\t\t: none\n`;
}

function detect(architecture: string, cpuInfo: string | undefined, board?: string) {
  const facts = readMachineFacts({
    readText: (path) => (path === '/proc/cpuinfo' ? cpuInfo : path === '/proc/device-tree/model' ? board : undefined),
    architecture,
    cores: 4,
    memoryBytes: 1024 ** 3,
    cpuModel: 'some processor',
  });
  return { ...detectProfile(facts), flags: facts.cpuFlags };
}

describe('detectProfile', () => {
  const machines: [string, string, string | undefined, string | undefined, string][] = [
    [
      'a Raspberry Pi Zero 2 W',
      'arm64',
      armInfo(A53_FEATURES),
      'Raspberry Pi Zero 2 W Rev 1.0\0',
      'raspberry-pi-zero-2-w',
    ],
    ['a Raspberry Pi 4', 'arm64', armInfo(A53_FEATURES), 'Raspberry Pi 4 Model B Rev 1.5\0', 'raspberry-pi-4'],
    ['a Compute Module 4', 'arm64', armInfo(A53_FEATURES), 'Raspberry Pi Compute Module 4 Rev 1.1\0', 'raspberry-pi-4'],
    ['a Raspberry Pi 5', 'arm64', armInfo(A76_FEATURES), 'Raspberry Pi 5 Model B Rev 1.0\0', 'raspberry-pi-5'],
    [
      'a Jetson Orin Nano',
      'arm64',
      armInfo(A76_FEATURES),
      'NVIDIA Jetson Orin Nano Developer Kit\0',
      'jetson-orin-nano',
    ],
    ['another ARM board', 'arm64', armInfo(A76_FEATURES), 'Radxa ROCK 5B\0', 'arm64-generic'],
    ['an ARM virtual machine without device tree', 'arm64', armInfo(A76_FEATURES), undefined, 'arm64-generic'],
    ['a Skylake gateway', 'x64', x86Info('fpu sse4_2 avx avx2 fma'), undefined, 'x86-gateway'],
    ['an AVX-512 server with VNNI', 'x64', x86Info('avx2 avx512f avx512_vnni'), undefined, 'x86-vnni'],
    ['a hybrid processor with AVX-VNNI only', 'x64', x86Info('avx2 avx_vnni'), undefined, 'x86-vnni'],
    ['an x64 processor without AVX2', 'x64', x86Info('fpu sse4_2'), undefined, 'simulated'],
    ['a machine without /proc', 'x64', undefined, undefined, 'simulated'],
    ['a 32-bit ARM board', 'arm', armInfo('half thumb'), undefined, 'simulated'],
  ];
  for (const [what, architecture, cpuInfo, board, profile] of machines) {
    it(`takes ${what} for ${profile}`, () => {
      const found = detect(architecture, cpuInfo, board);
      expect(found.profile).toBe(profile);
      expect(profileNames()).toContain(found.profile);
      expect(found.reason.length).toBeGreaterThan(10);
    });
  }

  it('reads the flags of the first processor', () => {
    expect(detect('arm64', armInfo('fp asimd')).flags).toEqual(['fp', 'asimd']);
  });

  it('finds something that exists on this machine', () => {
    expect(profileNames()).toContain(detectProfile(readMachineFacts()).profile);
  });
});
