/** Names of the profiles that ship with Edgeloop, in alphabetical order. */
export const PROFILE_NAMES = [
  'arm64-generic',
  'jetson-orin-nano',
  'raspberry-pi-4',
  'raspberry-pi-5',
  'raspberry-pi-zero-2-w',
  'simulated',
  'x86-gateway',
  'x86-generic',
  'x86-vnni',
] as const;

/** Name of a profile that ships with Edgeloop. */
export type ProfileName = (typeof PROFILE_NAMES)[number];
