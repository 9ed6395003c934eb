import type { ProfileName } from './profile-names.ts';

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
  readonly profile: ProfileName;
  /** What it was recognised by, and what it would have been with more memory. */
  readonly reason: string;
}

interface Candidate {
  readonly profile: ProfileName;
  readonly architecture: 'arm64' | 'x64';
  /** Memory the profile counts on, as in its file. */
  readonly memoryBytes: number;
  /** Pattern of the device tree's model; undefined for any machine. */
  readonly board?: RegExp;
  /** One of these must be there; undefined when none is needed. */
  readonly flags?: readonly string[];
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/**
 * Best first. Linux calls VNNI avx512_vnni (AVX-512) and avx_vnni (VEX encoded, without AVX-512). Older releases of
 * NVIDIA's system name the board without "Jetson".
 */
const CANDIDATES: readonly Candidate[] = [
  { profile: 'raspberry-pi-zero-2-w', architecture: 'arm64', memoryBytes: 512 * MIB, board: /raspberry pi zero 2/i },
  {
    profile: 'raspberry-pi-4',
    architecture: 'arm64',
    memoryBytes: 2 * GIB,
    board: /raspberry pi (4|400|compute module 4)/i,
  },
  {
    profile: 'raspberry-pi-5',
    architecture: 'arm64',
    memoryBytes: 4 * GIB,
    board: /raspberry pi (5|500|compute module 5)/i,
  },
  { profile: 'jetson-orin-nano', architecture: 'arm64', memoryBytes: 8 * GIB, board: /\borin nano\b/i },
  { profile: 'arm64-generic', architecture: 'arm64', memoryBytes: GIB },
  { profile: 'x86-vnni', architecture: 'x64', memoryBytes: 8 * GIB, flags: ['avx512_vnni', 'avx_vnni'] },
  { profile: 'x86-gateway', architecture: 'x64', memoryBytes: 4 * GIB, flags: ['avx2'] },
  { profile: 'x86-generic', architecture: 'x64', memoryBytes: GIB },
];

/** Firmware and graphics keep the rest: a Raspberry Pi with 512 MB can show as little as 416 MiB to Linux. */
const VISIBLE_SHARE = 0.75;

/**
 * The profile that fits a machine best: by the board's name, else by architecture and instruction sets. A profile that
 * counts on more memory than the machine has is passed over, for its limits would let a model in that does not fit.
 */
export function detectProfile(facts: MachineFacts): DetectedProfile {
  const passedOver: string[] = [];
  for (const candidate of CANDIDATES) {
    const sign = recognised(candidate, facts);
    if (sign === undefined) continue;
    if (facts.memoryBytes >= VISIBLE_SHARE * candidate.memoryBytes) {
      return { profile: candidate.profile, reason: [sign, ...passedOver].join('; ') };
    }
    passedOver.push(`${candidate.profile} counts on ${inMib(candidate.memoryBytes)}, got ${inMib(facts.memoryBytes)}`);
  }
  return lastResort(facts, passedOver);
}

function recognised(candidate: Candidate, facts: MachineFacts): string | undefined {
  if (candidate.architecture !== facts.architecture) return undefined;
  const named = facts.deviceTreeModel === '' ? '' : ` "${facts.deviceTreeModel}"`;
  if (candidate.board) return candidate.board.test(facts.deviceTreeModel) ? `device tree names${named}` : undefined;
  if (!candidate.flags) return `${facts.architecture} machine${named || modelOf(facts)}`;
  const flag = candidate.flags.find((name) => facts.cpuFlags.includes(name));
  return flag === undefined ? undefined : `${facts.architecture} processor${modelOf(facts)} with ${flag}`;
}

/** What is left has little memory, or a processor that no profile is for. */
function lastResort(facts: MachineFacts, passedOver: readonly string[]): DetectedProfile {
  if (facts.architecture === 'arm64') {
    const reason = ['arm64 machine with little memory: limits of the smallest board', ...passedOver].join('; ');
    return { profile: 'raspberry-pi-zero-2-w', reason };
  }
  const why =
    facts.architecture === 'x64'
      ? 'x64 machine with little memory: limits of the smallest board'
      : `architecture must be arm64 or x64 for a profile of its own, got ${facts.architecture}`;
  return { profile: 'simulated', reason: [why, ...passedOver].join('; ') };
}

function modelOf(facts: MachineFacts): string {
  return facts.cpuModel === '' ? '' : ` "${facts.cpuModel}"`;
}

function inMib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB of memory`;
}
