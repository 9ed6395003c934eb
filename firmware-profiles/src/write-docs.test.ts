import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { loadProfiles } from './profile-library.ts';
import { renderProfilesPage } from './profiles-page.ts';

const PROGRAM = fileURLToPath(new URL('write-docs.ts', import.meta.url));

function writeDocs(...options: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', PROGRAM, ...options], { encoding: 'utf8' });
}

it('writes the page, and --check tells a fresh page from a stale and a missing one', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const page = join(folder, 'page.md');

  const missing = writeDocs('--check', page);
  expect(missing.stderr).toContain('run npm run docs');
  expect(missing.status).toBe(1);

  expect(writeDocs(page).status).toBe(0);
  expect(readFileSync(page, 'utf8')).toBe(renderProfilesPage(loadProfiles().values()));
  expect(writeDocs('--check', page).status).toBe(0);

  writeFileSync(page, `${readFileSync(page, 'utf8')}more\n`);
  expect(writeDocs('--check', page).status).toBe(1);
});
