// Writes src/generated/onnx.js and onnx.d.ts from proto/onnx.proto with protobufjs-cli.
// With --check nothing is written; the exit code is 1 when a file differs.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pbjs from 'protobufjs-cli/pbjs.js';
import pbts from 'protobufjs-cli/pbts.js';

const BANNER = '// GENERATED, DO NOT EDIT: npm run generate -w hub/onnx\n';
const here = fileURLToPath(new URL('..', import.meta.url));
const target = join(here, 'src/generated');

const runPbjs = promisify(pbjs.main);
const runPbts = promisify(pbts.main);

const PBJS_OPTIONS = [
  ...['-t', 'static-module', '-w', 'esm', '--es6', '--root', 'edgeloop-onnx', '--force-long'],
  ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'],
];

async function generate() {
  const proto = join(here, 'proto/onnx.proto');
  const scratch = await mkdtemp(join(tmpdir(), 'edgeloop-generate-'));
  try {
    // pbts reads the comments that the committed file does without.
    const annotated = join(scratch, 'onnx.js');
    await writeFile(annotated, await runPbjs([...PBJS_OPTIONS, proto]));
    const types = await runPbts([annotated]);
    return {
      'onnx.js': BANNER + (await runPbjs([...PBJS_OPTIONS, '--no-comments', proto])),
      'onnx.d.ts': BANNER + types.replace('import Long = require("long");', 'import Long from "long";'),
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
    console.error(`src/generated/${name} differs from proto/onnx.proto: run npm run generate -w hub/onnx`);
    process.exitCode = 1;
  }
}
