import { readFileSync } from 'node:fs';

/** Version of this package; the same distance from src and from dist. */
export const HUB_VERSION: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;
