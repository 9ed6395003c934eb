import {
  detectProfile,
  type FirmwareProfile,
  type MachineFacts,
  ProfileError,
  profileNamed,
  readMachineFacts,
} from '@edgeloop/firmware-profiles';
import { AgentUsageError } from '../errors.ts';

/** The kind of device this is, and why we think so. */
export interface ChosenProfile {
  readonly profile: FirmwareProfile;
  readonly reason: string;
  readonly facts: MachineFacts;
}

/**
 * The profile told by whoever configured the device, else the one its hardware looks like.
 *
 * @param told name from the configuration file
 * @param enrolled name given when the device was enrolled
 * @throws AgentUsageError CONFIG_INVALID for a profile that does not exist
 */
export function chooseProfile(
  told: string | undefined,
  enrolled: string | undefined,
  facts: MachineFacts = readMachineFacts(),
): ChosenProfile {
  if (told !== undefined) return { profile: named(told), reason: 'told by the configuration file', facts };
  if (enrolled !== undefined) return { profile: named(enrolled), reason: 'told when the device was enrolled', facts };
  const detected = detectProfile(facts);
  return { profile: named(detected.profile), reason: detected.reason, facts };
}

function named(name: string): FirmwareProfile {
  try {
    return profileNamed(name);
  } catch (cause) {
    if (!(cause instanceof ProfileError)) throw cause;
    throw new AgentUsageError('CONFIG_INVALID', 'choose the profile', { cause });
  }
}
