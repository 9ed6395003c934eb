export { decisiveFlags } from './decisive-flags.ts';
export type { DetectedProfile, MachineFacts } from './detect-profile.ts';
export { detectProfile } from './detect-profile.ts';
export type { ProfileErrorCode } from './errors.ts';
export { ProfileError } from './errors.ts';
export type {
  Architecture,
  Figure,
  FirmwareProfile,
  InstructionSet,
  Provider,
  VariantFormat,
} from './firmware-profile.ts';
export { FirmwareProfileSchema } from './firmware-profile.ts';
export type { FitCode, FitFinding, ModelFacts } from './fit-check.ts';
export { fitCheck } from './fit-check.ts';
export type { MachineProbe } from './machine-facts.ts';
export { readMachineFacts } from './machine-facts.ts';
export { parseProfile } from './parse-profile.ts';
export { loadProfiles, profileNamed, profileNames } from './profile-library.ts';
export type { ProfileName } from './profile-names.ts';
export { PROFILE_NAMES } from './profile-names.ts';
export { renderProfilesPage } from './profiles-page.ts';
