import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../errors.ts';

export const DEFAULT_DATA_FOLDER = 'edgeloop-data';

export interface AddressOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** Data folder of a hub on this machine. @default DEFAULT_DATA_FOLDER */
  readonly data?: string | undefined;
}

/**
 * Which hub to talk to, and as whom: what was said on the command line, else in the environment, else what the hub
 * with its data folder here has written down.
 *
 * @throws RequestError INVALID_INPUT when no hub is named, or not by a web address
 */
export function findHub(
  options: AddressOptions,
  env: Readonly<Record<string, string | undefined>>,
): { url: string; token: string | undefined } {
  const folder = options.data ?? env['EDGELOOP_DATA'] ?? DEFAULT_DATA_FOLDER;
  const url = options.url ?? (env['EDGELOOP_URL'] || urlIn(folder));
  if (url === undefined) {
    throw new RequestError(
      'INVALID_INPUT',
      `no hub is named and none runs with its data in ${folder}; give --url, or start one with "edgeloop hub"`,
    );
  }
  if (!isWebAddress(url)) {
    const got = JSON.stringify(url);
    throw new RequestError('INVALID_INPUT', `the hub must have an address such as http://hub.local:8080, got ${got}`);
  }
  return { url, token: options.token ?? (env['EDGELOOP_TOKEN'] || read(join(folder, 'admin-token'))) };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function urlIn(folder: string): string | undefined {
  const text = read(join(folder, 'hub.json'));
  return text === undefined ? undefined : (JSON.parse(text) as { httpUrl: string }).httpUrl;
}

/** A file that is not there, or not for us to read, says nothing. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
