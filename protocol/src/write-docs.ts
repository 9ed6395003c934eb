import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderTopicsPage } from './topics-page.ts';

// Run from dist/ by `npm run docs`; with --check nothing is written and a stale page is exit code 1.
const page = fileURLToPath(new URL('../../docs/mqtt-topics.md', import.meta.url));
const text = renderTopicsPage();
if (!process.argv.includes('--check')) {
  await writeFile(page, text);
} else if ((await readFile(page, 'utf8').catch(() => undefined)) !== text) {
  console.error('docs/mqtt-topics.md differs from protocol/src/topics.ts: run npm run docs');
  process.exitCode = 1;
}
