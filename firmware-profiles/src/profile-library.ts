import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProfileError } from './errors.ts';
import type { FirmwareProfile } from './firmware-profile.ts';
import { parseProfile } from './parse-profile.ts';

/** The profiles that ship with Edgeloop; the same folder from source and from `dist`. */
const PROFILES_FOLDER: string = fileURLToPath(new URL('../profiles', import.meta.url));

/**
 * Every profile of a folder, by name.
 *
 * @param folder @default the profiles that ship with Edgeloop
 * @throws ProfileError PROFILE_UNREADABLE or PROFILE_INVALID; a file must be named after its profile
 */
export function loadProfiles(folder: string = PROFILES_FOLDER): Map<string, FirmwareProfile> {
  const profiles = new Map<string, FirmwareProfile>();
  for (const file of yamlFiles(folder)) {
    const profile = parseProfile(textOf(join(folder, file)), file);
    if (profile.name !== basename(file, '.yaml')) {
      throw new ProfileError(
        'PROFILE_INVALID',
        `${file}: name must be ${basename(file, '.yaml')}, got ${profile.name}`,
      );
    }
    profiles.set(profile.name, profile);
  }
  return profiles;
}

/**
 * The profile of this name.
 *
 * @throws ProfileError PROFILE_UNKNOWN with the names there are
 */
export function profileNamed(name: string, folder: string = PROFILES_FOLDER): FirmwareProfile {
  const file = `${name}.yaml`;
  const known = yamlFiles(folder);
  if (!known.includes(file)) {
    const names = known.map((entry) => basename(entry, '.yaml')).join(', ');
    throw new ProfileError('PROFILE_UNKNOWN', `firmware profile must be one of ${names}, got ${name}`);
  }
  return parseProfile(textOf(join(folder, file)), file);
}

/** Names of the profiles that ship with Edgeloop, in alphabetical order. */
export function profileNames(folder: string = PROFILES_FOLDER): string[] {
  return yamlFiles(folder).map((file) => basename(file, '.yaml'));
}

function yamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort();
  } catch (cause) {
    throw new ProfileError('PROFILE_UNREADABLE', `read the profiles in ${folder}`, { cause });
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ProfileError('PROFILE_UNREADABLE', `read profile ${path}`, { cause });
  }
}
