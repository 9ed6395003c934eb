import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadProfiles } from './profile-library.ts';
import { renderProfilesPage } from './profiles-page.ts';

const PAGE = fileURLToPath(new URL('../../docs/firmware-profiles.md', import.meta.url));

const page = renderProfilesPage(loadProfiles().values());
if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') !== page) {
    process.stderr.write('docs/firmware-profiles.md differs from the profiles: run npm run docs\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, page);
}
