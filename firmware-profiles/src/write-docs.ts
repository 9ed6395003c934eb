import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadProfiles } from './profile-library.ts';
import { renderProfilesPage } from './profiles-page.ts';

// `node dist/write-docs.js [--check] [PAGE]`: with --check nothing is written and a stale page is exit code 1.
const told = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const path = told ?? fileURLToPath(new URL('../../docs/firmware-profiles.md', import.meta.url));
const page = renderProfilesPage(loadProfiles().values());
if (!process.argv.includes('--check')) {
  writeFileSync(path, page);
} else if (textOf(path) !== page) {
  process.stderr.write('docs/firmware-profiles.md differs from the profiles: run npm run docs\n');
  process.exitCode = 1;
}

/** Text of a file; undefined when it is not there, which is as stale as can be. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
