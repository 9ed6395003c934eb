import { readFileSync } from 'node:fs';

/** Words of /proc/cpuinfo for instructions that decide how fast 8-bit products are, on x86 and ARM. */
const INSTRUCTIONS: readonly string[] = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'avx_vnni_int8',
  'amx_int8',
  'asimddp',
  'i8mm',
];

/** Those of this processor, for readers of figures; a sentence where the system does not tell. */
export function integerInstructions(): string {
  const text = cpuInfo();
  if (text === undefined) return 'instruction sets unknown: no /proc/cpuinfo';
  const words = new Set(text.split(/\s+/));
  const present = INSTRUCTIONS.filter((word) => words.has(word));
  return present.length === 0 ? 'no instructions for 8-bit products' : present.join(' ');
}

function cpuInfo(): string | undefined {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Other systems have no such file.
    return undefined;
  }
}
