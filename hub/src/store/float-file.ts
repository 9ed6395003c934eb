import type { VersionRecord } from './model-store.ts';

export interface FloatFile {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** The file of a version before any quantization: what a run can start from. Undefined where it has none. */
export function floatFileOf(version: VersionRecord): FloatFile | undefined {
  return version.upload ?? version.variants.find(({ name }) => name === 'float32');
}
