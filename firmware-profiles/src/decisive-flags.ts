/**
 * Flags (x86) and Features (ARM) of /proc/cpuinfo that decide how fast and how exact small number formats are.
 *
 * @see docs/decisions/0014-seven-bits-where-products-saturate.md
 */
const DECISIVE_FLAGS: ReadonlySet<string> = new Set([
  'sse4_1',
  'avx',
  'avx2',
  'f16c',
  'avx512f',
  'avx512bw',
  'avx512_vnni',
  'avx_vnni',
  'avx_vnni_int8',
  'amx_int8',
  'asimd',
  'asimdhp',
  'asimddp',
  'i8mm',
  'bf16',
  'sve',
]);

/** Those of a processor's flags that decide how a quantized model runs on it, in the order given. */
export function decisiveFlags(cpuFlags: readonly string[]): string[] {
  return cpuFlags.filter((flag) => DECISIVE_FLAGS.has(flag));
}
