/** What a machine says of itself. */
export interface MachineFacts {
  /** Node's `process.arch`. */
  readonly architecture: string;
  readonly cpuModel: string;
  /** Flags (x86) or Features (ARM) of /proc/cpuinfo; empty where there is none. */
  readonly cpuFlags: readonly string[];
  /** /proc/device-tree/model; empty where there is none. */
  readonly deviceTreeModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface DetectedProfile {
  readonly profile: string;
  /** What it was recognised by. */
  readonly reason: string;
}

const BOARDS: readonly { readonly pattern: RegExp; readonly profile: string }[] = [
  { pattern: /raspberry pi zero 2/i, profile: 'raspberry-pi-zero-2-w' },
  { pattern: /raspberry pi (4|400|compute module 4)/i, profile: 'raspberry-pi-4' },
  { pattern: /raspberry pi (5|500|compute module 5)/i, profile: 'raspberry-pi-5' },
  { pattern: /jetson orin nano/i, profile: 'jetson-orin-nano' },
];

/** Linux names: avx512_vnni (AVX-512) and avx_vnni (VEX encoded, without AVX-512). */
const VNNI_FLAGS = ['avx512_vnni', 'avx_vnni'];

/** The profile that fits a machine best: by the board's name, else by architecture and instruction sets. */
export function detectProfile(facts: MachineFacts): DetectedProfile {
  const board = BOARDS.find(({ pattern }) => pattern.test(facts.deviceTreeModel));
  if (board) return { profile: board.profile, reason: `device tree names the board "${facts.deviceTreeModel}"` };
  if (facts.architecture === 'arm64') {
    return { profile: 'arm64-generic', reason: 'arm64 processor on a board without a profile of its own' };
  }
  if (facts.architecture === 'x64') {
    const vnni = VNNI_FLAGS.find((flag) => facts.cpuFlags.includes(flag));
    if (vnni) return { profile: 'x86-vnni', reason: `x64 processor with ${vnni}` };
    if (facts.cpuFlags.includes('avx2')) return { profile: 'x86-gateway', reason: 'x64 processor with avx2' };
  }
  return {
    profile: 'simulated',
    reason: `no profile for architecture ${facts.architecture} with the instruction sets it shows`,
  };
}
