import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderApiPage } from './api/api-page.ts';

// Run from dist/ by `npm run docs`; with --check nothing is written and a stale page is exit code 1.
const page = fileURLToPath(new URL('../../docs/http-api.md', import.meta.url));
const text = renderApiPage();
if (!process.argv.includes('--check')) {
  await writeFile(page, text);
} else if ((await readFile(page, 'utf8').catch(() => undefined)) !== text) {
  process.stderr.write('docs/http-api.md differs from the routes in hub/src/api: run npm run docs\n');
  process.exitCode = 1;
}
