import { existsSync } from 'node:fs';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What keeps a headless Chromium from talking to anybody but the page under test. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where a Chromium is: what CHROMIUM_PATH says, else the usual places; undefined without one. */
export function chromiumPath(): string | undefined {
  return process.env['CHROMIUM_PATH'] ?? PATHS.find((path) => existsSync(path));
}
