import { RequestError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/**
 * Names of the firmware profiles that forms are looked for: those asked for, else those of the enrolled devices, else
 * the whole library.
 *
 * @param library names of all profiles
 * @throws RequestError INVALID_INPUT for names that the library does not have
 */
export async function searchProfiles(
  within: Store,
  library: readonly string[],
  asked: readonly string[] = [],
): Promise<readonly string[]> {
  const unknown = asked.filter((name) => !library.includes(name));
  if (unknown.length > 0) {
    const message = `no firmware profile ${unknown.join(', ')}; there are ${library.join(', ')}`;
    throw new RequestError('INVALID_INPUT', message, { details: { unknown, known: library } });
  }
  if (asked.length > 0) return inOrder(library, asked);
  const devices = await within.devices.list();
  const profiles = devices.filter(({ revokedMs }) => revokedMs === null).map(({ profile }) => profile);
  const ofFleet = inOrder(library, profiles);
  return ofFleet.length > 0 ? ofFleet : library;
}

/** Each name once, so that equal fleets give equal jobs. */
function inOrder(library: readonly string[], names: readonly string[]): readonly string[] {
  return library.filter((name) => names.includes(name));
}
