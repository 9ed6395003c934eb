// Writes src/generated/ from proto/: wire.js and wire.d.ts by protobufjs-cli, messages.ts (plain types and
// codecs) by message-source.mjs. With --check nothing is written; the exit code is 1 when a file differs.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pbjs from 'protobufjs-cli/pbjs.js';
import pbts from 'protobufjs-cli/pbts.js';
import { messageSource } from './message-source.mjs';

const BANNER = '// GENERATED, DO NOT EDIT: npm run generate -w protocol\n';
const here = fileURLToPath(new URL('..', import.meta.url));
const target = join(here, 'src/generated');

const runPbjs = promisify(pbjs.main);
const runPbts = promisify(pbts.main);

const PBJS_OPTIONS = [
  ...['-t', 'static-module', '-w', 'esm', '--es6', '--root', 'edgeloop', '--force-number'],
  ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'],
  ...['--path', join(here, 'proto')],
];

async function protoFiles() {
  const names = (await readdir(join(here, 'proto'))).filter((name) => name.endsWith('.proto')).sort();
  return names.map((name) => join(here, 'proto', name));
}

async function generate() {
  const files = await protoFiles();
  const scratch = await mkdtemp(join(tmpdir(), 'edgeloop-generate-'));
  try {
    // pbts reads the comments that the committed file does without.
    const annotated = join(scratch, 'wire.js');
    await writeFile(annotated, await runPbjs([...PBJS_OPTIONS, ...files]));
    const types = await runPbts([annotated]);
    return {
      'wire.js': BANNER + (await runPbjs([...PBJS_OPTIONS, '--no-comments', ...files])),
      // Longs become numbers in the codec, so the import that pbts always writes has no use.
      'wire.d.ts': BANNER + types.replace('import Long = require("long");\n', ''),
      'messages.ts': BANNER + messageSource(files),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function differs(name, text) {
  const committed = await readFile(join(target, name), 'utf8').catch(() => undefined);
  return committed !== text;
}

const check = process.argv.includes('--check');
for (const [name, text] of Object.entries(await generate())) {
  if (!check) await writeFile(join(target, name), text);
  else if (await differs(name, text)) {
    console.error(`src/generated/${name} differs from proto/: run npm run generate -w protocol`);
    process.exitCode = 1;
  }
}
